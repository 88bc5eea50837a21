package io.mintmark.cli.dev;

import io.mintmark.workload.WorkloadId;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mintmark dev jwt-svid}. */
@Command(
    name = "jwt-svid",
    description = "Prints a JWT-SVID of a throw-away authority.",
    footer = {"", "Example:", "  mintmark dev jwt-svid --id spiffe://dev.mintmark/ns/a/sa/b"})
final class DevJwtSvid implements Callable<Integer> {
  @Mixin DevOptions options = new DevOptions();

  @Option(
      names = "--id",
      required = true,
      paramLabel = "ID",
      converter = DevOptions.Id.class,
      description = "SPIFFE ID of the workload.")
  WorkloadId id;

  @Option(
      names = "--audience",
      paramLabel = "AUD",
      description =
          "Whom the token is for (default: the issuer of the broker running on --data, else"
              + " MINTMARK_ISSUER, else https://localhost:8443).")
  @Nullable String audience;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    spec.commandLine()
        .getOut()
        .println(options.authority().jwtSvid(id, options.audience(audience), options.ttl()));
    return 0;
  }
}

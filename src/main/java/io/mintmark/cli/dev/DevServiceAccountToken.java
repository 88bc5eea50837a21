package io.mintmark.cli.dev;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mintmark dev sa-token}. */
@Command(
    name = "sa-token",
    description = "Prints a service account token of a pretended Kubernetes cluster.",
    footer = {
      "",
      "Example:",
      "  mintmark dev sa-token --namespace payments --serviceaccount orders"
    })
final class DevServiceAccountToken implements Callable<Integer> {
  @Mixin DevOptions options = new DevOptions();

  @Option(
      names = "--namespace",
      required = true,
      paramLabel = "N",
      description = "Namespace of the service account.")
  String namespace;

  @Option(
      names = "--serviceaccount",
      required = true,
      paramLabel = "S",
      description = "Name of the service account.")
  String serviceAccount;

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
    String token;
    try {
      token =
          options
              .authority()
              .serviceAccountToken(
                  namespace, serviceAccount, options.audience(audience), options.ttl());
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    spec.commandLine().getOut().println(token);
    return 0;
  }
}

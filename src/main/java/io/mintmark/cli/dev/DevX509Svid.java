package io.mintmark.cli.dev;

import io.mintmark.cli.UserFiles;
import io.mintmark.spiffe.Certificates;
import io.mintmark.workload.WorkloadId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mintmark dev x509-svid}. */
@Command(
    name = "x509-svid",
    description = "Writes an X.509-SVID of a throw-away authority: svid.pem, key.pem, bundle.pem.",
    footer = {
      "",
      "Example:",
      "  mintmark dev x509-svid --id spiffe://dev.mintmark/ns/a/sa/b --out svid"
    })
final class DevX509Svid implements Callable<Integer> {
  @Mixin DevOptions options = new DevOptions();

  @Option(
      names = "--id",
      required = true,
      paramLabel = "ID",
      converter = DevOptions.Id.class,
      description = "SPIFFE ID of the workload.")
  WorkloadId id;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder to write to; made where it is not there.")
  Path out;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    UserFiles.makeFolder(out);
    DevAuthority.X509Evidence evidence = options.authority().x509Svid(id, options.ttl());
    write("svid.pem", Certificates.pem(evidence.chain()));
    write("key.pem", DevFiles.pem("PRIVATE KEY", evidence.keys().getPrivate().getEncoded()));
    write("bundle.pem", Certificates.pem(evidence.authorities()));
    return 0;
  }

  private void write(String name, String pem) throws IOException {
    Path file = out.resolve(name);
    DevFiles.write(file, pem.getBytes(StandardCharsets.US_ASCII));
    spec.commandLine().getOut().println(file);
  }
}

package io.mintmark.cli;

import io.mintmark.spiffe.Certificates;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mintmark bundle}: for images in which nothing else could copy a file. */
@Command(
    name = "bundle",
    description = {
      "Prints in PEM what the certificate of the broker running on a data folder ends at.",
      "A broker that was given a certificate has none: its authority is its operator's to know."
    },
    defaultValueProvider = DataFolder.Default.class,
    footerHeading = "%nExample:%n",
    footer = "  mintmark bundle /var/lib/mintmark > bundle.pem")
final class BundleCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DIR",
      description = "Data folder (default: MINTMARK_DATA or ~/.local/share/mintmark).")
  Path dir = Path.of("");

  @Spec @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, GeneralSecurityException {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Path file = dir.resolve("broker-bundle.pem");
    // certificates and nothing else, whatever else is in the file
    out.print(Certificates.pem(ClientTls.certificates(file)));
    out.flush();
    return 0;
  }
}

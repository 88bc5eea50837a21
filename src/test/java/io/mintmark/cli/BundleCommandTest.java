package io.mintmark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.spiffe.Certificates;
import io.mintmark.spiffe.Pki;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is printed goes where it will be believed, and is seen on the way. */
final class BundleCommandTest {
  private static final String PEM =
      Certificates.pem(List.of(Pki.authority("CN=one").selfSigned().certificate()));

  @TempDir Path data;

  @Test
  void aKeyInTheFileIsNotPrinted() throws Exception {
    write(PEM + "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    assertThat(run().text()).doesNotContain("PRIVATE");
  }

  @Test
  void whatHoldsNoCertificateIsNoSuccess() throws Exception {
    assertThat(run().text()).contains("there is no file");
    write("nothing");
    assertThat(run().text()).contains("holds no certificate");
    assertThat(run().code()).isOne();
  }

  @Test
  void theCertificatesAreThoseOfTheFolder() throws Exception {
    write(PEM);
    assertThat(run()).isEqualTo(new Run(0, PEM));
  }

  private void write(String text) throws Exception {
    Files.writeString(data.resolve("broker-bundle.pem"), text);
  }

  private record Run(int code, String text) {}

  private Run run() {
    StringWriter said = new StringWriter();
    CommandLine line = new CommandLine(new BundleCommand());
    line.setOut(new PrintWriter(said));
    line.setExecutionExceptionHandler(
        (exception, command, result) -> {
          said.append(exception.getMessage());
          return 1;
        });
    return new Run(line.execute(data.toString()), said.toString());
  }
}

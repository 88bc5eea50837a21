package io.mintmark.kubernetes.injector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.spiffe.Certificates;
import io.mintmark.spiffe.Pki;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes into every pod and into an object that all can read. */
class AuthorityFileTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final String PEM =
      Certificates.pem(
          List.of(
              Pki.authority("CN=authority")
                  .valid(NOW, NOW.plusSeconds(60))
                  .selfSigned()
                  .certificate()));

  @TempDir private Path folder;

  @Test
  void aKeyBesideTheCertificatesIsNotPublished() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.pem"),
            PEM + "-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----\n");
    assertThatThrownBy(() -> AuthorityFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("certificates alone")
        .hasMessageNotContaining("MC4CAQAw");
  }

  @Test
  void nothingButCertificatesIsPublished() throws IOException {
    Path file = Files.writeString(folder.resolve("a.pem"), "password: hunter2\n" + PEM + "x");
    assertThat(AuthorityFile.read(file)).isEqualTo(PEM);
  }

  @Test
  void whatHoldsNoneIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("a.pem"), "-----BEGIN CERTIFICATE-----\nAA==\n");
    assertThatThrownBy(() -> AuthorityFile.read(file)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> AuthorityFile.read(folder.resolve("b.pem")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be read");
  }
}

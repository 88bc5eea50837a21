package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.cli.dev.DevAuthority;
import io.mintmark.evidence.TestClock;
import io.mintmark.workload.WorkloadId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server's certificate from files: wrong ones stop the start, later ones change nothing. */
final class TlsFilePairTest {
  @TempDir Path folder;
  private Path certificate;
  private Path key;
  private final TestClock clock = new TestClock(Instant.parse("2026-11-22T12:00:00Z"));
  private int writes;

  @BeforeEach
  void aPair() throws IOException {
    certificate = folder.resolve("tls.crt");
    key = folder.resolve("tls.key");
    write(svid());
  }

  @Test
  void aRenewedPairIsReadWithoutARestart() throws IOException {
    TlsFilePair pair = open();
    DevAuthority.X509Evidence renewed = svid();
    write(renewed);
    pair.refresh();
    assertThat(pair.current().chain()).isEqualTo(renewed.chain());
  }

  @Test
  void aBrokenRenewalLeavesTheOldPairInUseUntilItIsMended() throws IOException {
    TlsFilePair pair = open();
    ServerTls.Pair before = pair.current();
    DevAuthority.X509Evidence renewed = svid();
    write(renewed);
    text(key, "-----BEGIN PRIVATE KEY-----\n");
    pair.refresh();
    assertThat(pair.current()).isEqualTo(before);
    write(renewed);
    pair.refresh();
    assertThat(pair.current().chain()).isEqualTo(renewed.chain());
  }

  @Test
  void aCertificateThatNobodyRenewsIsToldBeforeItExpiresAndWhenItHas() throws IOException {
    TlsFilePair pair = open();
    clock.advance(Duration.ofMinutes(40));
    assertThat(pair.ending()).isNull();
    clock.advance(Duration.ofMinutes(10));
    assertThat(pair.ending()).contains("expires at").contains("there is no newer one");
    assertThat(pair.expired()).isFalse();
    clock.advance(Duration.ofMinutes(10));
    pair.refresh();
    assertThat(pair.ending()).contains("has expired at");
    assertThat(pair.expired()).isTrue();
    write(svid());
    pair.refresh();
    assertThat(pair.ending()).isNull();
    assertThat(pair.expired()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw----r--", "rw-rw----", "rw--w----", "rw-----w-"})
  void aKeyThatOthersCanReachStopsTheStart(String mode) throws IOException {
    mode(key, mode);
    refused("set mode 0600");
  }

  @Test
  void aKeyThatIsOpenedToOthersIsToldAndTheLastGoodPairStaysInUse() throws IOException {
    TlsFilePair pair = open();
    ServerTls.Pair before = pair.current();
    mode(key, "rw-r--r--");
    pair.refresh();
    assertThat(pair.problem()).contains("set mode 0600");
    DevAuthority.X509Evidence renewed = svid();
    write(renewed);
    pair.refresh();
    assertThat(pair.problem()).contains("set mode 0600");
    assertThat(pair.current()).isEqualTo(before);
    mode(key, "rw-------");
    pair.refresh();
    assertThat(pair.problem()).isNull();
    assertThat(pair.current().chain()).isEqualTo(renewed.chain());
  }

  /** Kubernetes' fsGroup makes a secret's files root's, readable by the group of the process. */
  @Test
  void aMountedSecretsLinkAndGroupAreTaken() throws IOException {
    Path target = folder.resolve("data");
    Files.move(key, target);
    mode(target, "r--r-----");
    Files.createSymbolicLink(key, target);
    assertThat(open().problem()).isNull();
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() throws IOException {
    text(certificate, pem("CERTIFICATE", encoded(svid())));
    refused("is not the key of");
  }

  @Test
  void whatHoldsNoCertificateOrKeyIsRefused() throws IOException {
    text(key, "nonsense");
    refused("PEM has text outside its blocks");
    text(key, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    refused("holds no usable key");
    text(key, Files.readString(certificate));
    refused("does not hold one PKCS #8");
    Files.delete(key);
    refused("there is no file");
    Files.createDirectory(key);
    mode(key, "rwx------");
    refused("cannot be read");
    Files.delete(key);
    write(svid());
    text(certificate, "nonsense");
    refused("holds no certificate");
    text(certificate, "");
    refused("holds no certificate");
    Files.delete(certificate);
    refused("there is no file");
  }

  @Test
  void aPairDoesNotPrintItsKey() {
    assertThat(open().current().toString()).contains("redacted").doesNotContain("PRIVATE");
  }

  private static void mode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private TlsFilePair open() {
    return TlsFilePair.open(new Setup.TlsFiles(certificate, key), clock);
  }

  private void refused(String sentence) {
    assertThatThrownBy(this::open)
        .isInstanceOf(StartupRefused.class)
        .hasMessageContaining(sentence);
  }

  private DevAuthority.X509Evidence svid() throws IOException {
    return DevAuthority.open(folder, clock)
        .x509Svid(WorkloadId.parse("spiffe://dev.mintmark/w"), Duration.ofHours(1));
  }

  private void write(DevAuthority.X509Evidence svid) throws IOException {
    text(certificate, pem("CERTIFICATE", encoded(svid)));
    boolean fresh = !Files.exists(key);
    text(key, pem("PRIVATE KEY", svid.keys().getPrivate().getEncoded()));
    if (fresh) {
      mode(key, "rw-------");
    }
  }

  private static byte[] encoded(DevAuthority.X509Evidence svid) throws IOException {
    try {
      return svid.chain().getFirst().getEncoded();
    } catch (java.security.cert.CertificateEncodingException impossible) {
      throw new IOException(impossible);
    }
  }

  /** Each write is a second later than the last, whatever the file system's clock is worth. */
  private void text(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_000_000 + writes++)));
  }

  private static String pem(String type, byte[] der) {
    return "-----BEGIN "
        + type
        + "-----\n"
        + Base64.getMimeEncoder().encodeToString(der)
        + "\n-----END "
        + type
        + "-----\n";
  }
}

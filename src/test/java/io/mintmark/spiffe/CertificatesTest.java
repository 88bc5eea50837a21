package io.mintmark.spiffe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CertificatesTest {
  private static final X509Certificate ONE = Pki.authority("CN=one").selfSigned().certificate();
  private static final X509Certificate TWO = Pki.authority("CN=two").selfSigned().certificate();
  private static final String PEM = Certificates.pem(List.of(ONE));

  @Test
  void pemAndDerAreReadInTheirOrder() throws Exception {
    assertThat(parse(Certificates.pem(List.of(ONE, TWO)))).containsExactly(ONE, TWO);
    ByteArrayOutputStream der = new ByteArrayOutputStream();
    der.write(TWO.getEncoded());
    der.write(ONE.getEncoded());
    assertThat(Certificates.parse(der.toByteArray(), 2)).containsExactly(TWO, ONE);
  }

  @Test
  void textBetweenBlocksAndCarriageReturnsArePassedOver() throws Exception {
    assertThat(parse("# comment\r\n" + PEM.replace("\n", "\r\n") + "\nmore\n"))
        .containsExactly(ONE);
  }

  static Stream<String> wrong() {
    String body = PEM.lines().skip(1).findFirst().orElseThrow();
    return Stream.of(
        "",
        " ",
        "text",
        "-----BEGIN CERTIFICATE-----",
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
        "-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----",
        PEM.replace("-----END CERTIFICATE-----", ""),
        PEM.replace("BEGIN CERTIFICATE", "BEGIN PRIVATE KEY"),
        PEM.replace("BEGIN CERTIFICATE", "BEGIN TRUSTED CERTIFICATE"),
        PEM + "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        PEM + "-----BEGIN CERTIFICATE-----\nAAAA",
        PEM.replace(body, ""),
        PEM.replace(body, body + "!"),
        PEM.replace(body, body.substring(4)),
        PEM.replace(body, body + "=="),
        PEM.replaceFirst("-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----x"),
        "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nMIAAAA==\n-----END CERTIFICATE-----\n",
        "0",
        "0\u0080",
        "0\u0000",
        "0\u0084\u007f\u00ff\u00ff\u00ff",
        Certificates.pem(List.of(ONE, TWO, ONE)));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void whatIsNotOneOrTwoCertificatesIsRefused(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(MalformedCertificate.class);
  }

  @Test
  void bytesAfterACertificateAreRefused() throws Exception {
    ByteArrayOutputStream der = new ByteArrayOutputStream();
    der.write(ONE.getEncoded());
    der.write(0);
    assertThatThrownBy(() -> Certificates.parse(der.toByteArray(), 8))
        .isInstanceOf(MalformedCertificate.class);
  }

  /** The JDK would read it. */
  @Test
  void pemAfterACertificateOfBytesIsRefused() throws Exception {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.write(ONE.getEncoded());
    both.write(PEM.getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(() -> Certificates.parse(both.toByteArray(), 8))
        .isInstanceOf(MalformedCertificate.class);
  }

  @Test
  void aCertificateOfIndefiniteLengthIsRefused() throws Exception {
    byte[] good = ONE.getEncoded();
    ByteArrayOutputStream ber = new ByteArrayOutputStream();
    ber.writeBytes(new byte[] {0x30, (byte) 0x80});
    ber.write(good, 4, good.length - 4);
    ber.writeBytes(new byte[2]);
    assertThatThrownBy(() -> Certificates.parse(ber.toByteArray(), 1))
        .isInstanceOf(MalformedCertificate.class);
  }

  @Test
  void moreThanAMegabyteIsRefused() throws Exception {
    String largest = PEM + "#".repeat((1 << 20) - PEM.length());
    assertThat(parse(largest)).containsExactly(ONE);
    assertThatThrownBy(() -> parse(largest + "#")).isInstanceOf(MalformedCertificate.class);
  }

  private static List<X509Certificate> parse(String text) throws MalformedCertificate {
    return Certificates.parse(text.getBytes(StandardCharsets.ISO_8859_1), 2);
  }
}

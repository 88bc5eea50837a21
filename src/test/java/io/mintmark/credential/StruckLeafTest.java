package io.mintmark.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.mintmark.jose.Crypto;
import io.mintmark.spiffe.Pki;
import io.mintmark.workload.SignatureAlgorithm;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A certificate that was struck is read as the JDK reads it, or not at all. */
class StruckLeafTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final Instant START = Pki.NOW.minusSeconds(30);
  private static final Instant END = Pki.NOW.plusSeconds(300);
  private static final KeyPair KEYS = Crypto.generate(SignatureAlgorithm.ES256);
  private static final Pki.Issued ROOT = Pki.authority("CN=root").selfSigned();

  @Test
  void itIsReadAsTheJdkReadsIt() throws Exception {
    X509Certificate certificate = Pki.leaf("spiffe://example.org/a").by(ROOT).certificate();
    StruckLeaf leaf = new StruckLeaf(certificate.getEncoded());
    assertThat(leaf.serial()).isEqualTo(certificate.getSerialNumber());
    assertThat(leaf.issuer()).isEqualTo(certificate.getIssuerX500Principal().getEncoded());
    assertThat(leaf.key()).isEqualTo(certificate.getPublicKey().getEncoded());
    assertThat(leaf.notBefore()).isEqualTo(certificate.getNotBefore().toInstant());
    assertThat(leaf.notAfter()).isEqualTo(certificate.getNotAfter().toInstant());
    assertThat(leaf.critical()).hasSameSizeAs(certificate.getCriticalExtensionOIDs());
    assertThat(leaf.others()).hasSameSizeAs(certificate.getNonCriticalExtensionOIDs());
  }

  @Test
  void aSubjectIsReadInItsOrder() throws Exception {
    X509Certificate certificate =
        Pki.leaf("spiffe://example.org/a").subject("O=Mintmark,CN=Größe").by(ROOT).certificate();
    assertThat(new StruckLeaf(certificate.getEncoded()).subject())
        .containsExactly(
            new StruckLeaf.Attribute("55040a", "Mintmark"),
            new StruckLeaf.Attribute("550403", "Größe"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2000-02-29T23:59:59Z",
        "2049-12-31T23:59:59Z",
        "2050-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z"
      })
  void anyTimeIsRead(String time) throws Exception {
    Instant end = Instant.parse(time);
    X509Certificate certificate =
        Pki.leaf("spiffe://example.org/a")
            .valid(end.minus(Duration.ofDays(1)), end)
            .by(ROOT)
            .certificate();
    StruckLeaf leaf = new StruckLeaf(certificate.getEncoded());
    assertThat(leaf.notAfter()).isEqualTo(end);
    assertThat(leaf.notBefore()).isEqualTo(certificate.getNotBefore().toInstant());
  }

  /** Each is a change of the same length, of what stands once in the certificate. */
  @ParameterizedTest
  @CsvSource({
    "a003020102, a003020101", // version 2
    "170d3236313132323131353933305a, 170d3236313332323131353933305a", // the month 13
    "170d3236313132323131353933305a, 170d32363131323231313539333a5a", // no digit
    "170d3236313132323131353933305a, 170d32363131323231313539333030", // no Z
    "170d3236313132323131353933305a, 170d3530313132323131353933305a", // 2050, or is it 1950
    "170d3236313132323131353933305a, 180d3236313132323131353933305a", // of the other type
    "551d0f0101ff, 551d0f010100", // critical, and not so
    "551d0f0101ff, 551d0f0101fe",
    "551d0f, 551d13" // the same extension twice
  })
  void whatNoBuilderOfOursWritesIsNotRead(String there, String instead) throws Exception {
    String hex = HEX.formatHex(struck().getEncoded());
    assertThat(hex).containsOnlyOnce(there);
    byte[] changed = HEX.parseHex(hex.replace(there, instead));
    assertThatIllegalArgumentException().isThrownBy(() -> new StruckLeaf(changed));
  }

  @Test
  void nothingComesBehindIt() throws Exception {
    String hex = HEX.formatHex(struck().getEncoded());
    assertThatIllegalArgumentException().isThrownBy(() -> new StruckLeaf(HEX.parseHex(hex + "00")));
  }

  /** The signature aside, which is verified elsewhere. */
  @Test
  void noBitOfItIsAnotherUnnoticed() throws Exception {
    X509Certificate certificate = struck();
    byte[] der = certificate.getEncoded();
    Leaf leaf =
        new Leaf(
            Grants.HERE,
            KEYS.getPublic(),
            List.of(),
            List.of(),
            null,
            certificate.getSerialNumber());
    byte[] issuer = ROOT.certificate().getSubjectX500Principal().getEncoded();
    assertThatCode(() -> LeafCheck.check(der, leaf, issuer, START, END)).doesNotThrowAnyException();
    int signature = der.length - certificate.getSignature().length;
    for (int bit = 0; bit < signature * Byte.SIZE; bit++) {
      byte[] changed = der.clone();
      changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertThatIllegalStateException()
          .as("bit %d", bit)
          .isThrownBy(() -> LeafCheck.check(changed, leaf, issuer, START, END));
    }
  }

  private static X509Certificate struck() {
    return Pki.leaf(Grants.HERE.uri())
        .subject("O=Mintmark")
        .valid(START, END)
        .keys(KEYS)
        .ca(false, null)
        .by(ROOT)
        .certificate();
  }
}

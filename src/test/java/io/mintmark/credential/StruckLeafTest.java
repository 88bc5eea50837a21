package io.mintmark.credential;

import static java.util.Arrays.copyOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.mintmark.jose.Crypto;
import io.mintmark.spiffe.Pki;
import io.mintmark.workload.SignatureAlgorithm;
import java.io.IOException;
import java.net.InetAddress;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.util.Arrays;
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
  private static final byte[] AUTHORITY = new byte[] {1, 2, 3};
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

  @Test
  void aSecondAttributeInARelativeNameIsNotRead() throws Exception {
    X509Certificate certificate =
        Pki.leaf("spiffe://example.org/a").subject("CN=a+O=b").by(ROOT).certificate();
    assertThatIllegalArgumentException().isThrownBy(() -> new StruckLeaf(certificate.getEncoded()));
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
    "551d0f, 551d13", // the same critical extension twice
    "551d0e, 551d23" // and one that is not
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
    check(der, certificate);
    int signature = der.length - certificate.getSignature().length;
    for (int bit = 0; bit < signature * Byte.SIZE; bit++) {
      byte[] changed = der.clone();
      changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertThatIllegalStateException()
          .as("bit %d", bit)
          .isThrownBy(() -> check(changed, certificate));
    }
  }

  @Test
  void nothingIsAddedUnnoticed() throws Exception {
    X509Certificate certificate = struck();
    ASN1Primitive whole = ASN1Primitive.fromByteArray(certificate.getEncoded());
    List<ASN1Primitive> longer = longer(whole);
    assertThat(longer).hasSizeGreaterThan(30);
    for (ASN1Primitive each : longer) {
      byte[] changed = each.getEncoded(ASN1Encoding.DER);
      assertThatIllegalStateException()
          .as(HEX.formatHex(changed))
          .isThrownBy(() -> check(changed, certificate));
    }
  }

  /** Copies of a value of which each has a null more, at the end of one of the values within. */
  private static List<ASN1Primitive> longer(ASN1Primitive value) throws IOException {
    List<ASN1Primitive> found = new ArrayList<>();
    switch (value) {
      case ASN1Sequence sequence -> {
        ASN1Encodable[] parts = sequence.toArray();
        found.add(new DERSequence(withNull(parts)));
        for (int i = 0; i < parts.length; i++) {
          for (ASN1Primitive part : longer(parts[i].toASN1Primitive())) {
            ASN1Encodable[] copy = parts.clone();
            copy[i] = part;
            found.add(new DERSequence(copy));
          }
        }
      }
      case ASN1Set set -> {
        found.add(new DERSet(withNull(set.toArray())));
        for (ASN1Primitive part : longer(set.getObjectAt(0).toASN1Primitive())) {
          found.add(new DERSet(part));
        }
      }
      case ASN1TaggedObject tagged when tagged.isExplicit() -> {
        ASN1Primitive inside = tagged.getExplicitBaseObject().toASN1Primitive();
        ASN1Encodable[] parts = {inside, DERNull.INSTANCE};
        found.add(new DERTaggedObject(false, tagged.getTagNo(), new DERSequence(parts)));
        for (ASN1Primitive part : longer(inside)) {
          found.add(new DERTaggedObject(true, tagged.getTagNo(), part));
        }
      }
      case ASN1OctetString octets -> {
        byte[] content = octets.getOctets();
        found.add(new DEROctetString(Arrays.append(Arrays.append(content, (byte) 5), (byte) 0)));
        if (content[0] == Der.SEQUENCE) {
          for (ASN1Primitive part : longer(ASN1Primitive.fromByteArray(content))) {
            found.add(new DEROctetString(part));
          }
        }
      }
      default -> {}
    }
    return found;
  }

  private static ASN1Encodable[] withNull(ASN1Encodable[] parts) {
    ASN1Encodable[] more = copyOf(parts, parts.length + 1);
    more[parts.length] = DERNull.INSTANCE;
    return more;
  }

  private static void check(byte[] der, X509Certificate struck) {
    Leaf leaf =
        new Leaf(
            Grants.HERE,
            KEYS.getPublic(),
            List.of("orders.svc"),
            List.of(InetAddress.ofLiteral("127.0.0.1")),
            "orders",
            struck.getSerialNumber());
    byte[] issuer = ROOT.certificate().getSubjectX500Principal().getEncoded();
    new LeafCheck(issuer, AUTHORITY, SignatureAlgorithm.ES256).check(der, leaf, START, END);
  }

  private static X509Certificate struck() {
    byte[] bits =
        SubjectPublicKeyInfo.getInstance(KEYS.getPublic().getEncoded())
            .getPublicKeyData()
            .getOctets();
    byte[] keyId = copyOf(Crypto.sha256(bits), 20);
    return Pki.leaf(Grants.HERE.uri())
        .subject("O=Mintmark,CN=orders")
        .valid(START, END)
        .keys(KEYS)
        .ca(false, null)
        .names(
            new GeneralName(GeneralName.uniformResourceIdentifier, Grants.HERE.uri()),
            new GeneralName(GeneralName.dNSName, "orders.svc"),
            new GeneralName(GeneralName.iPAddress, "127.0.0.1"))
        .extension(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyId))
        .extension(Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(AUTHORITY))
        .by(ROOT)
        .certificate();
  }
}

package io.mintmark.credential;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.jose.Crypto;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.Pki;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.WorkloadId;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A builder that went wrong: whatever it strikes beside its grant never leaves. */
class LeafCheckTest {
  private static final Instant START = Pki.NOW.minusSeconds(30);
  private static final Instant END = Pki.NOW.plusSeconds(300);
  private static final KeyPair KEYS = Crypto.generate(SignatureAlgorithm.ES256);
  private static final Pki.Issued ROOT = Pki.authority("CN=root").selfSigned();
  private static final Pki.Issued STRANGER = Pki.authority("CN=root 2").selfSigned();
  private static final SignatureAlgorithm ALGORITHM = SignatureAlgorithm.ES256;
  private static final byte[] AUTHORITY = Crypto.sha256(new byte[1]);
  private static final byte[] NONE = new byte[0];
  private static final ASN1ObjectIdentifier UNKNOWN = new ASN1ObjectIdentifier("1.2.3.4.5");
  private static final GeneralName ID = uri(Grants.HERE.uri());
  private static final GeneralName HOST = new GeneralName(GeneralName.dNSName, "orders.svc");
  private static final GeneralName ADDRESS =
      new GeneralName(GeneralName.iPAddress, new DEROctetString(new byte[] {127, 0, 0, 1}));

  static Stream<Arguments> others() {
    return Stream.of(
        row("subject", asGranted().subject("O=Mintmark")),
        row("subject", asGranted().subject("O=Mintmark,CN=admin")),
        row("not-before", asGranted().valid(START.minusSeconds(1), END)),
        row("not-after", asGranted().valid(START, END.plusSeconds(1))),
        row("key", asGranted(Crypto.generate(SignatureAlgorithm.ES256).getPublic())),
        row("ca", asGranted().ca(true, 0)),
        row("critical extensions", asGranted().extension(UNKNOWN, true, DERNull.INSTANCE)),
        row("critical extensions", asGranted().without(Extension.basicConstraints)),
        row("critical extensions", asGranted().without(Extension.keyUsage)),
        row("critical extensions", asGranted().keyUsage(false, KeyUsage.digitalSignature)),
        row("extensions", asGranted().extension(UNKNOWN, false, DERNull.INSTANCE)),
        row("extensions", asGranted().without(Extension.subjectKeyIdentifier)),
        row("extensions", asGranted().without(Extension.authorityKeyIdentifier)),
        row("subject key identifier", ofKey(new byte[20])),
        row("subject key identifier", ofKey(Arrays.copyOf(keyId(), 19))),
        row("subject key identifier", ofKey(Crypto.sha256(bits()))),
        row("authority key identifier", byKey(keyId())),
        row("authority key identifier", byKey(new byte[0])),
        row("authority key identifier", byKey(Arrays.copyOf(AUTHORITY, 19))),
        row("key usage", usage(KeyUsage.keyEncipherment)),
        row("key usage", asGranted().keyUsage(true, KeyUsage.keyEncipherment)),
        row("key usage", usage(KeyUsage.nonRepudiation)),
        row("key usage", usage(KeyUsage.keyCertSign)),
        row("key usage", usage(KeyUsage.cRLSign)),
        row("key usage", usage(KeyUsage.decipherOnly)),
        row("extensions", asGranted().without(Extension.extendedKeyUsage)),
        row("extended key usage", asGranted().purposes(KeyPurposeId.id_kp_serverAuth)),
        row(
            "extended key usage",
            asGranted()
                .purposes(
                    KeyPurposeId.id_kp_serverAuth,
                    KeyPurposeId.id_kp_clientAuth,
                    KeyPurposeId.id_kp_codeSigning)),
        row("extensions", asGranted().without(Extension.subjectAlternativeName)),
        row("names", asGranted().names(HOST, ADDRESS)),
        row("names", asGranted().names(ID, ADDRESS)),
        row("names", asGranted().names(ID, HOST)),
        row("names", asGranted().names(uri(Grants.ORDERS.uri()), HOST, ADDRESS)),
        row("names", asGranted().names(ID, uri(Grants.ORDERS.uri()), HOST, ADDRESS)),
        row("names", asGranted().names(ID, ID, HOST, ADDRESS)),
        row(
            "names",
            asGranted()
                .names(ID, HOST, new GeneralName(GeneralName.dNSName, "admin.svc"), ADDRESS)),
        row(
            "names",
            asGranted()
                .names(ID, HOST, ADDRESS, new GeneralName(GeneralName.rfc822Name, "a@b.org"))),
        row(
            "names",
            asGranted()
                .extension(
                    Extension.subjectAlternativeName, false, new DEROctetString(new byte[1]))));
  }

  @ParameterizedTest(name = "{0} {index}")
  @MethodSource("others")
  void aCertificateThatIsNotAsGrantedNeverLeaves(String part, Pki struck) {
    X509Certificate product = struck.by(ROOT).certificate();
    assertDiffers(part, () -> check(product, leaf(product), ROOT));
  }

  @Test
  void aCertificateOfAnotherSerialOrIssuerNeverLeaves() {
    X509Certificate product = asGranted().by(ROOT).certificate();
    check(product, leaf(product), ROOT);
    assertDiffers("issuer", () -> check(product, leaf(product), STRANGER));
    Leaf next = leaf(product.getSerialNumber().add(BigInteger.ONE));
    assertDiffers("serial", () -> check(product, next, ROOT));
  }

  @ParameterizedTest
  @EnumSource(
      value = SignatureAlgorithm.class,
      names = {"ES384", "RS256"})
  void aCertificateOfAnotherAlgorithmNeverLeaves(SignatureAlgorithm algorithm) {
    X509Certificate product = asGranted().by(ROOT).certificate();
    assertDiffers("algorithm", () -> check(product, leaf(product), ROOT, AUTHORITY, algorithm));
  }

  @ParameterizedTest
  @EnumSource(
      value = SignatureAlgorithm.class,
      names = {"ES256", "ES384", "RS256"},
      mode = EnumSource.Mode.EXCLUDE)
  void noAuthoritySignsWithAnythingElse(SignatureAlgorithm algorithm) {
    X509Certificate product = asGranted().by(ROOT).certificate();
    assertThatIllegalStateException()
        .isThrownBy(() -> check(product, leaf(product), ROOT, AUTHORITY, algorithm));
  }

  @Test
  void anAuthorityWithoutKeyIdentifierIsNotNamedByOne() {
    X509Certificate named = asGranted().by(ROOT).certificate();
    assertDiffers("extensions", () -> check(named, leaf(named), ROOT, NONE, ALGORITHM));
    X509Certificate product =
        asGranted().without(Extension.authorityKeyIdentifier).by(ROOT).certificate();
    check(product, leaf(product), ROOT, NONE, ALGORITHM);
  }

  /** RFC 8813 section 3: an elliptic key has none. */
  @Test
  void anRsaKeyHasKeyEncipherment() {
    KeyPair rsa = Crypto.generate(SignatureAlgorithm.RS256);
    Pki granted = asGranted(rsa.getPublic());
    X509Certificate without = granted.by(ROOT).certificate();
    assertDiffers("key usage", () -> check(without, leaf(rsa.getPublic(), without), ROOT));
    X509Certificate product =
        granted
            .keyUsage(true, KeyUsage.digitalSignature | KeyUsage.keyEncipherment)
            .by(ROOT)
            .certificate();
    check(product, leaf(rsa.getPublic(), product), ROOT);
  }

  @Test
  void aNameThatIsNotInAsciiNeverLeaves() {
    GeneralName odd = new GeneralName(GeneralName.dNSName, "\u00e9.svc");
    X509Certificate product = asGranted().names(ID, odd).by(ROOT).certificate();
    Leaf leaf =
        new Leaf(
            Grants.HERE,
            KEYS.getPublic(),
            List.of("\u00e9.svc"),
            List.of(),
            "orders",
            product.getSerialNumber());
    assertDiffers("names", () -> check(product, leaf, ROOT));
  }

  @Test
  void aChainThatVerifiersWouldRefuseNeverLeaves() {
    X509Certificate product = asGranted().by(ROOT).certificate();
    List<X509Certificate> chain = List.of(product);
    Leaf leaf = leaf(product);
    LeafCheck.checkPath(chain, leaf, bundle(ROOT), Pki.NOW);
    assertDiffers("chain", () -> LeafCheck.checkPath(chain, leaf, bundle(STRANGER), Pki.NOW));
    assertDiffers("chain", () -> LeafCheck.checkPath(chain, leaf, bundle(ROOT), END));
  }

  @Test
  void aChainOfAnotherIdentityNeverLeaves() {
    WorkloadId other = new WorkloadId(Grants.HERE.trustDomain(), "/admin");
    X509Certificate product = asGranted().names(uri(other.uri())).by(ROOT).certificate();
    assertDiffers(
        "chain", () -> LeafCheck.checkPath(List.of(product), leaf(product), bundle(ROOT), Pki.NOW));
  }

  private static void check(X509Certificate product, Leaf leaf, Pki.Issued issuer) {
    check(product, leaf, issuer, AUTHORITY, SignatureAlgorithm.ES256);
  }

  private static void check(
      X509Certificate product,
      Leaf leaf,
      Pki.Issued issuer,
      byte[] authority,
      SignatureAlgorithm algorithm) {
    byte[] name = issuer.certificate().getSubjectX500Principal().getEncoded();
    new LeafCheck(name, authority, algorithm).check(der(product), leaf, START, END);
  }

  private static byte[] der(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertDiffers(String part, Runnable check) {
    assertThatThrownBy(check::run)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith(" in \"" + part + "\"");
  }

  private static Pki asGranted() {
    return asGranted(KEYS.getPublic());
  }

  private static Pki asGranted(PublicKey key) {
    return Pki.leaf(Grants.HERE.uri())
        .subject("O=Mintmark,CN=orders")
        .valid(START, END)
        .keys(KEYS)
        .publicKey(key)
        .ca(false, null)
        .names(ID, HOST, ADDRESS)
        .extension(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyId(key)))
        .extension(Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(AUTHORITY));
  }

  private static Pki ofKey(byte[] identifier) {
    return asGranted()
        .extension(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(identifier));
  }

  private static Pki byKey(byte[] identifier) {
    return asGranted()
        .extension(Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(identifier));
  }

  private static byte[] keyId() {
    return keyId(KEYS.getPublic());
  }

  private static byte[] keyId(PublicKey key) {
    return Arrays.copyOf(Crypto.sha256(bits(key)), 20);
  }

  private static byte[] bits() {
    return bits(KEYS.getPublic());
  }

  private static byte[] bits(PublicKey key) {
    return SubjectPublicKeyInfo.getInstance(key.getEncoded()).getPublicKeyData().getOctets();
  }

  private static Pki usage(int more) {
    return asGranted().keyUsage(true, KeyUsage.digitalSignature | more);
  }

  private static Leaf leaf(X509Certificate product) {
    return leaf(product.getSerialNumber());
  }

  private static Leaf leaf(BigInteger serial) {
    return leaf(KEYS.getPublic(), serial);
  }

  private static Leaf leaf(PublicKey key, X509Certificate product) {
    return leaf(key, product.getSerialNumber());
  }

  private static Leaf leaf(PublicKey key, BigInteger serial) {
    return new Leaf(
        Grants.HERE,
        key,
        List.of("orders.svc"),
        List.of(InetAddress.ofLiteral("127.0.0.1")),
        "orders",
        serial);
  }

  private static Bundle bundle(Pki.Issued root) {
    return new Bundle(
        Grants.HERE.trustDomain(), List.of(root.certificate()), List.of(), null, null);
  }

  private static GeneralName uri(String text) {
    return new GeneralName(GeneralName.uniformResourceIdentifier, text);
  }

  private static Arguments row(String part, Pki struck) {
    return Arguments.of(part, struck);
  }
}

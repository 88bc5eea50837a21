package io.mintmark.spiffe;

import static io.mintmark.spiffe.Verdicts.assertHolds;
import static io.mintmark.spiffe.Verdicts.assertReason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.jose.Crypto;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.Reason;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collections;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class X509SvidTest {
  private static final TrustDomain DOMAIN = new TrustDomain("example.org");
  private static final String ID = "spiffe://example.org/ns/a/sa/b";
  private static final Instant NOW = Pki.NOW;
  private static final Pki.Issued ROOT =
      Pki.authority("CN=root").uris("spiffe://example.org").selfSigned();
  private static final Pki.Issued OTHER_ROOT = Pki.authority("CN=other").selfSigned();
  private static final Bundle BUNDLE = bundle(ROOT);

  @Test
  void aLeafOfTheBundlesAuthorityHolds() {
    X509Certificate leaf = Pki.leaf(ID).by(ROOT).certificate();
    assertThat(check(leaf))
        .isEqualTo(
            new SvidCheck.Valid(
                WorkloadId.parse(ID),
                leaf.getNotBefore().toInstant(),
                leaf.getNotAfter().toInstant()));
    assertThat(X509Svid.claimedTrustDomain(leaf)).isEqualTo(DOMAIN);
  }

  @Test
  void intermediatesLeadToTheBundlesAuthority() {
    Pki.Issued upper = Pki.authority("CN=upper").by(ROOT);
    Pki.Issued lower = Pki.authority("CN=lower").uris("spiffe://example.org").by(upper);
    X509Certificate leaf = Pki.leaf(ID).by(lower).certificate();
    assertHolds(check(leaf, lower.certificate(), upper.certificate()));
    assertHolds(check(leaf, lower.certificate(), upper.certificate(), ROOT.certificate()));
  }

  static Stream<Arguments> wrongLeaves() {
    return Stream.of(
        row(
            "no URI",
            Reason.IDENTITY_MALFORMED,
            Pki.leaf(ID).without(Extension.subjectAlternativeName)),
        row(
            "names that do not parse",
            Reason.IDENTITY_MALFORMED,
            Pki.leaf(ID).extension(Extension.subjectAlternativeName, false, DERNull.INSTANCE)),
        row("two URIs", Reason.IDENTITY_MALFORMED, Pki.leaf(ID).uris(ID, ID + "2")),
        row("the same URI twice", Reason.IDENTITY_MALFORMED, Pki.leaf(ID).uris(ID, ID)),
        row("a web URI", Reason.IDENTITY_MALFORMED, Pki.leaf("https://example.org/ns/a/sa/b")),
        row("no path", Reason.IDENTITY_MALFORMED, Pki.leaf("spiffe://example.org")),
        row("a root path", Reason.IDENTITY_MALFORMED, Pki.leaf("spiffe://example.org/")),
        row("a query", Reason.IDENTITY_MALFORMED, Pki.leaf(ID + "?x=1")),
        row("a port", Reason.IDENTITY_MALFORMED, Pki.leaf("spiffe://example.org:443/a")),
        row("percent encoding", Reason.IDENTITY_MALFORMED, Pki.leaf("spiffe://example.org/a%2fb")),
        row("dot segments", Reason.IDENTITY_MALFORMED, Pki.leaf("spiffe://example.org/a/../b")),
        row("a NUL", Reason.IDENTITY_MALFORMED, Pki.leaf("spiffe://example.org/a\0.evil.org")),
        row("upper-case host", Reason.IDENTITY_MALFORMED, Pki.leaf("spiffe://Example.org/a")),
        row(
            "too long",
            Reason.IDENTITY_MALFORMED,
            Pki.leaf("spiffe://example.org/" + "a".repeat(2040))),
        row("other domain", Reason.IDENTITY_MISMATCH, Pki.leaf("spiffe://example.com/a")),
        row("longer domain", Reason.IDENTITY_MISMATCH, Pki.leaf("spiffe://example.org.evil.com/a")),
        row("a CA", Reason.EVIDENCE_CERTIFICATE, Pki.leaf(ID).ca(true, null)),
        row("a CA of leaves only", Reason.EVIDENCE_CERTIFICATE, Pki.leaf(ID).ca(true, 0)),
        row(
            "purposes that do not parse",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.leaf(ID).extension(Extension.extendedKeyUsage, false, DERNull.INSTANCE)),
        row("no key usage", Reason.EVIDENCE_CERTIFICATE, Pki.leaf(ID).without(Extension.keyUsage)),
        row(
            "key usage not critical",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.leaf(ID).keyUsage(false, KeyUsage.digitalSignature)),
        row(
            "no digitalSignature",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.leaf(ID).keyUsage(true, KeyUsage.keyAgreement)),
        row(
            "keyCertSign",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.leaf(ID).keyUsage(true, KeyUsage.digitalSignature | KeyUsage.keyCertSign)),
        row(
            "cRLSign",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.leaf(ID).keyUsage(true, KeyUsage.digitalSignature | KeyUsage.cRLSign)),
        row(
            "server only",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.leaf(ID).purposes(KeyPurposeId.id_kp_serverAuth)),
        row(
            "client only",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.leaf(ID).purposes(KeyPurposeId.id_kp_clientAuth)),
        row(
            "any purpose",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.leaf(ID).purposes(KeyPurposeId.anyExtendedKeyUsage)),
        row(
            "unknown critical extension",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.leaf(ID).extension(new ASN1ObjectIdentifier("1.2.3.4.5"), true, DERNull.INSTANCE)),
        row(
            "expired",
            Reason.EVIDENCE_EXPIRED,
            Pki.leaf(ID).valid(NOW.minusSeconds(100), NOW.minusSeconds(1))),
        row(
            "expires this second",
            Reason.EVIDENCE_EXPIRED,
            Pki.leaf(ID).valid(NOW.minusSeconds(100), NOW)),
        row(
            "not yet valid",
            Reason.EVIDENCE_NOT_YET_VALID,
            Pki.leaf(ID).valid(NOW.plusSeconds(31), NOW.plusSeconds(100))),
        row(
            "short RSA",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.leaf(ID).publicKey(rsa(1024).getPublic())),
        row(
            "a DSA key",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.leaf(ID).publicKey(pair("DSA", null).getPublic())),
        row(
            "key agreement key",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.leaf(ID).publicKey(pair("X25519", null).getPublic())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongLeaves")
  void aLeafThatBreaksARuleIsRefused(String name, Reason reason, Pki leaf) {
    assertReason(check(leaf.by(ROOT).certificate()), reason);
  }

  @Test
  void aLeafWithoutExtendedKeyUsageHolds() {
    assertHolds(check(Pki.leaf(ID).without(Extension.extendedKeyUsage).by(ROOT).certificate()));
  }

  @Test
  void dnsNamesBesideTheUriAreAllowed() {
    Pki leaf =
        Pki.leaf(ID)
            .names(
                new GeneralName(GeneralName.dNSName, "b.a.svc"),
                new GeneralName(GeneralName.uniformResourceIdentifier, ID));
    assertHolds(check(leaf.by(ROOT).certificate()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"spiffe://my_domain.org/a", "spiffe://a-.b_/c", "spiffe://1.2.3.4/x"})
  void trustDomainsThatAreNoHostNamesAreRead(String id) {
    X509Certificate leaf = Pki.leaf(id).by(OTHER_ROOT).certificate();
    TrustDomain domain = WorkloadId.parse(id).trustDomain();
    Bundle bundle = new Bundle(domain, List.of(OTHER_ROOT.certificate()), List.of(), null, null);
    assertHolds(X509Svid.validate(List.of(leaf), bundle, NOW));
  }

  @Test
  void theLeewayOnNotBeforeIsThirtySeconds() {
    assertHolds(
        check(Pki.leaf(ID).valid(NOW.plusSeconds(30), NOW.plusSeconds(90)).by(ROOT).certificate()));
  }

  @Test
  void expiredSvidIsRefusedAtTheSecondItExpires() {
    X509Certificate leaf =
        Pki.leaf(ID).valid(NOW.minusSeconds(9), NOW.plusSeconds(10)).by(ROOT).certificate();
    assertHolds(X509Svid.validate(List.of(leaf), BUNDLE, NOW.plusSeconds(10).minusNanos(1)));
    assertReason(
        X509Svid.validate(List.of(leaf), BUNDLE, NOW.plusSeconds(10)), Reason.EVIDENCE_EXPIRED);
  }

  @Test
  void anExpiredAuthorityVouchesForNobodyThoughItsSignatureIsRemembered() {
    Pki.Issued root =
        Pki.authority("CN=short").valid(NOW.minusSeconds(9), NOW.plusSeconds(10)).selfSigned();
    X509Certificate leaf = Pki.leaf(ID).by(root).certificate();
    assertHolds(X509Svid.validate(List.of(leaf), bundle(root), NOW));
    assertReason(
        X509Svid.validate(List.of(leaf), bundle(root), NOW.plusSeconds(10)),
        Reason.EVIDENCE_EXPIRED);
  }

  @Test
  void anSvidEndsWithTheAuthorityThatEndsFirst() {
    Pki.Issued root =
        Pki.authority("CN=short").valid(NOW.minusSeconds(9), NOW.plusSeconds(10)).selfSigned();
    X509Certificate leaf = Pki.leaf(ID).by(root).certificate();
    assertThat(X509Svid.validate(List.of(leaf), bundle(root), NOW))
        .isInstanceOfSatisfying(
            SvidCheck.Valid.class,
            valid -> assertThat(valid.expiresAt()).isEqualTo(NOW.plusSeconds(10)));
  }

  @Test
  void anSvidThatEndsBeforeItsSignersEndsByItself() {
    X509Certificate leaf =
        Pki.leaf(ID).valid(NOW.minusSeconds(9), NOW.plusSeconds(10)).by(ROOT).certificate();
    assertThat(X509Svid.validate(List.of(leaf), BUNDLE, NOW))
        .isInstanceOfSatisfying(
            SvidCheck.Valid.class,
            valid -> assertThat(valid.expiresAt()).isEqualTo(NOW.plusSeconds(10)));
  }

  @Test
  void anAuthorityThatLeftTheBundleVouchesForNobodyThoughItsSignatureIsRemembered() {
    X509Certificate leaf = Pki.leaf(ID).by(ROOT).certificate();
    assertHolds(check(leaf));
    assertReason(
        X509Svid.validate(List.of(leaf), bundle(OTHER_ROOT), NOW), Reason.EVIDENCE_KEY_UNKNOWN);
  }

  @Test
  void anAuthorityOfTheSameNameAndAnotherKeyIsAnother() {
    Pki.Issued impostor = Pki.authority("CN=root").uris("spiffe://example.org").selfSigned();
    assertReason(check(Pki.leaf(ID).by(impostor).certificate()), Reason.EVIDENCE_KEY_UNKNOWN);
    assertReason(
        check(Pki.leaf(ID).by(impostor).certificate(), impostor.certificate()),
        Reason.EVIDENCE_KEY_UNKNOWN);
    assertHolds(
        X509Svid.validate(
            List.of(Pki.leaf(ID).by(ROOT).certificate()), bundle(impostor, ROOT), NOW));
  }

  @Test
  void aTamperedLeafOfANamedAuthorityIsASignatureThatDoesNotHold() {
    byte[] id = {1, 2, 3, 4};
    Pki.Issued root =
        Pki.authority("CN=k")
            .extension(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(id))
            .selfSigned();
    Pki.Issued liar =
        Pki.authority("CN=k")
            .extension(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(id))
            .selfSigned();
    X509Certificate leaf =
        Pki.leaf(ID)
            .extension(
                Extension.authorityKeyIdentifier,
                false,
                new AuthorityKeyIdentifier(new DEROctetString(id).getOctets()))
            .by(liar)
            .certificate();
    assertReason(X509Svid.validate(List.of(leaf), bundle(root), NOW), Reason.EVIDENCE_SIGNATURE);
  }

  @Test
  void aChainOutOfOrderIsRefused() {
    Pki.Issued upper = Pki.authority("CN=upper").by(ROOT);
    Pki.Issued lower = Pki.authority("CN=lower").by(upper);
    X509Certificate leaf = Pki.leaf(ID).by(lower).certificate();
    assertReason(
        check(leaf, upper.certificate(), lower.certificate()), Reason.EVIDENCE_KEY_UNKNOWN);
    assertReason(check(lower.certificate(), leaf), Reason.IDENTITY_MALFORMED);
  }

  @Test
  void anEmptyOrEndlessChainIsRefused() {
    X509Certificate leaf = Pki.leaf(ID).by(ROOT).certificate();
    assertReason(X509Svid.validate(List.of(), BUNDLE, NOW), Reason.EVIDENCE_CERTIFICATE);
    assertReason(
        X509Svid.validate(Collections.nCopies(9, leaf), BUNDLE, NOW), Reason.EVIDENCE_CERTIFICATE);
    assertHolds(X509Svid.validate(Collections.nCopies(8, leaf), BUNDLE, NOW));
  }

  @Test
  void aCrowdOfAuthoritiesOfOneNameCostsABoundedNumberOfVerifications() {
    Pki.Issued[] crowd = new Pki.Issued[40];
    java.util.Arrays.setAll(crowd, i -> Pki.authority("CN=same").selfSigned());
    Pki.Issued stranger = Pki.authority("CN=same").selfSigned();
    assertReason(
        X509Svid.validate(List.of(Pki.leaf(ID).by(stranger).certificate()), bundle(crowd), NOW),
        Reason.EVIDENCE_CERTIFICATE);
  }

  @Test
  void theLastOfAsManyAuthoritiesOfOneNameAsAreTriedVouches() {
    Pki.Issued[] crowd = new Pki.Issued[CertificatePath.MAX_VERIFICATIONS];
    java.util.Arrays.setAll(crowd, i -> Pki.authority("CN=same").selfSigned());
    X509Certificate leaf = Pki.leaf(ID).by(crowd[crowd.length - 1]).certificate();
    assertHolds(X509Svid.validate(List.of(leaf), bundle(crowd), NOW));
  }

  @Test
  void everyAcceptableKeyTypeHolds() throws GeneralSecurityException {
    for (SignatureAlgorithm algorithm :
        List.of(
            SignatureAlgorithm.ES256,
            SignatureAlgorithm.ES384,
            SignatureAlgorithm.ES512,
            SignatureAlgorithm.RS256,
            SignatureAlgorithm.EDDSA)) {
      assertHolds(check(Pki.leaf(ID).keys(Crypto.generate(algorithm)).by(ROOT).certificate()));
    }
  }

  @Test
  void aLeafWithoutASpiffeIdClaimsNoTrustDomain() {
    X509Certificate none =
        Pki.leaf(ID).without(Extension.subjectAlternativeName).by(ROOT).certificate();
    assertThatThrownBy(() -> X509Svid.claimedTrustDomain(none))
        .isInstanceOf(MalformedWorkloadId.class);
  }

  private static Arguments row(String name, Reason reason, Pki certificate) {
    return Arguments.of(name, reason, certificate);
  }

  private static SvidCheck check(X509Certificate... chain) {
    return X509Svid.validate(List.of(chain), BUNDLE, NOW);
  }

  private static Bundle bundle(Pki.Issued... roots) {
    return new Bundle(
        DOMAIN, Stream.of(roots).map(Pki.Issued::certificate).toList(), List.of(), null, null);
  }

  private static KeyPair rsa(int bits) {
    return pair("RSA", bits);
  }

  private static KeyPair pair(String type, @org.jspecify.annotations.Nullable Integer bits) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(type);
      if (bits != null) {
        generator.initialize(bits);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}

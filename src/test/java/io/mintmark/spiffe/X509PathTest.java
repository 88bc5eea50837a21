package io.mintmark.spiffe;

import static io.mintmark.spiffe.Verdicts.assertHolds;
import static io.mintmark.spiffe.Verdicts.assertReason;

import io.mintmark.workload.Reason;
import io.mintmark.workload.TrustDomain;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What stands between a leaf and the bundle, and what each of it may sign. */
class X509PathTest {
  private static final TrustDomain DOMAIN = new TrustDomain("example.org");
  private static final String ID = "spiffe://example.org/ns/a/sa/b";
  private static final Instant NOW = Pki.NOW;
  private static final Pki.Issued ROOT =
      Pki.authority("CN=root").uris("spiffe://example.org").selfSigned();
  private static final Pki.Issued OTHER_ROOT = Pki.authority("CN=other").selfSigned();
  private static final Bundle BUNDLE = bundle(ROOT);

  static Stream<Arguments> wrongIntermediates() {
    int usage = KeyUsage.keyCertSign;
    return Stream.of(
        row(
            "a leaf signs",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.leaf("spiffe://example.org/x").subject("CN=i")),
        row("no CA", Reason.EVIDENCE_CERTIFICATE, Pki.bare().subject("CN=i").keyUsage(true, usage)),
        row(
            "CA says no",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.bare().subject("CN=i").ca(false, null).keyUsage(true, usage)),
        row(
            "no keyCertSign",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.bare().subject("CN=i").ca(true, null).keyUsage(true, KeyUsage.cRLSign)),
        row("no key usage", Reason.EVIDENCE_CERTIFICATE, Pki.bare().subject("CN=i").ca(true, null)),
        row(
            "with a path",
            Reason.IDENTITY_MISMATCH,
            Pki.authority("CN=i").uris("spiffe://example.org/ca")),
        row(
            "of another domain",
            Reason.IDENTITY_MISMATCH,
            Pki.authority("CN=i").uris("spiffe://example.com")),
        row(
            "of two domains",
            Reason.IDENTITY_MISMATCH,
            Pki.authority("CN=i").uris("spiffe://example.org", "spiffe://example.com")),
        row(
            "of another domain in upper case",
            Reason.IDENTITY_MISMATCH,
            Pki.authority("CN=i").uris("SPIFFE://example.com")),
        row(
            "with names that do not parse",
            Reason.IDENTITY_MISMATCH,
            Pki.authority("CN=i")
                .extension(Extension.subjectAlternativeName, false, DERNull.INSTANCE)),
        row(
            "expired",
            Reason.EVIDENCE_EXPIRED,
            Pki.authority("CN=i").valid(NOW.minusSeconds(9), NOW)),
        row(
            "not yet valid",
            Reason.EVIDENCE_NOT_YET_VALID,
            Pki.authority("CN=i").valid(NOW.plusSeconds(31), NOW.plusSeconds(99))),
        row(
            "unknown critical extension",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.authority("CN=i")
                .extension(new ASN1ObjectIdentifier("1.2.3.4.5"), true, DERNull.INSTANCE)),
        row(
            "policy constraints",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.authority("CN=i")
                .extension(
                    Extension.inhibitAnyPolicy, true, new org.bouncycastle.asn1.ASN1Integer(0))),
        row(
            "names elsewhere permitted",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.authority("CN=i")
                .extension(Extension.nameConstraints, true, permitted("example.com"))),
        row(
            "names here excluded",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.authority("CN=i")
                .extension(
                    Extension.nameConstraints,
                    true,
                    new NameConstraints(null, subtree("example.org")))),
        row(
            "no name permitted",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.authority("CN=i").extension(Extension.nameConstraints, false, permitted(""))),
        row(
            "this host permitted, and one without a name",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.authority("CN=i")
                .extension(
                    Extension.nameConstraints,
                    false,
                    new NameConstraints(
                        new GeneralSubtree[] {subtree("example.org")[0], subtree("")[0]}, null))),
        row(
            "other subjects permitted",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.authority("CN=i")
                .extension(
                    Extension.nameConstraints,
                    true,
                    new NameConstraints(directory("CN=other"), null))),
        row(
            "this subject excluded",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.authority("CN=i")
                .extension(
                    Extension.nameConstraints,
                    true,
                    new NameConstraints(null, directory("CN=leaf")))),
        row(
            "constraints that do not parse",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.authority("CN=i").extension(Extension.nameConstraints, false, DERNull.INSTANCE)),
        row(
            "every name excluded",
            Reason.EVIDENCE_CERTIFICATE,
            Pki.authority("CN=i")
                .extension(
                    Extension.nameConstraints, false, new NameConstraints(null, subtree("")))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongIntermediates")
  void anIntermediateThatBreaksARuleIsRefused(String name, Reason reason, Pki intermediate) {
    Pki.Issued issued = intermediate.by(ROOT);
    X509Certificate leaf = Pki.leaf(ID).by(issued).certificate();
    assertReason(check(leaf, issued.certificate()), reason);
  }

  @Test
  void anIntermediateWithinItsNameConstraintsHolds() {
    Pki.Issued issued =
        Pki.authority("CN=i")
            .extension(Extension.nameConstraints, true, permitted("example.org"))
            .by(ROOT);
    assertHolds(check(Pki.leaf(ID).by(issued).certificate(), issued.certificate()));
  }

  @Test
  void anIntermediateThatOnlyExcludesOthersHolds() {
    Pki.Issued issued =
        Pki.authority("CN=i")
            .extension(
                Extension.nameConstraints, true, new NameConstraints(null, subtree("example.com")))
            .by(ROOT);
    assertHolds(check(Pki.leaf(ID).by(issued).certificate(), issued.certificate()));
  }

  @Test
  void theConstraintsOfEveryCertificateAboveBindTheLeaf() {
    Pki.Issued upper =
        Pki.authority("CN=upper")
            .extension(Extension.nameConstraints, true, permitted("example.com"))
            .by(ROOT);
    Pki.Issued lower = Pki.authority("CN=lower").by(upper);
    X509Certificate leaf = Pki.leaf(ID).by(lower).certificate();
    assertReason(
        check(leaf, lower.certificate(), upper.certificate()), Reason.EVIDENCE_CERTIFICATE);
    Pki.Issued root =
        Pki.authority("CN=elsewhere")
            .extension(Extension.nameConstraints, true, permitted("example.com"))
            .selfSigned();
    assertReason(
        X509Svid.validate(List.of(Pki.leaf(ID).by(root).certificate()), bundle(root), NOW),
        Reason.EVIDENCE_CERTIFICATE);
  }

  @Test
  void aLeafThatItsIntermediateDidNotSignIsRefused() {
    Pki.Issued intermediate = Pki.authority("CN=i").by(ROOT);
    Pki.Issued impostor = Pki.authority("CN=i").selfSigned();
    X509Certificate forged = Pki.leaf(ID).by(impostor).certificate();
    assertReason(check(forged, intermediate.certificate()), Reason.EVIDENCE_SIGNATURE);
    Pki.Issued lower = Pki.authority("CN=lower").by(impostor);
    X509Certificate below = Pki.leaf(ID).by(lower).certificate();
    assertReason(
        check(below, lower.certificate(), intermediate.certificate()), Reason.EVIDENCE_SIGNATURE);
  }

  /** RFC 5280 section 4.2.1.1: where both say which key it is, they say the same. */
  @Test
  void anAuthorityOfAnotherKeyIdentifierIsAnother() {
    Pki.Issued root =
        Pki.authority("CN=k")
            .extension(
                Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(new byte[] {1}))
            .selfSigned();
    X509Certificate leaf =
        Pki.leaf(ID)
            .extension(
                Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(new byte[] {2}))
            .by(root)
            .certificate();
    assertReason(X509Svid.validate(List.of(leaf), bundle(root), NOW), Reason.EVIDENCE_KEY_UNKNOWN);
  }

  @Test
  void aTrustedCertificateThatMaySignNoCertificatesSignsNobody() {
    Pki.Issued lists = Pki.authority("CN=l").keyUsage(true, KeyUsage.cRLSign).selfSigned();
    Pki.Issued bare = Pki.bare().subject("CN=b").selfSigned();
    for (Pki.Issued trusted : List.of(lists, bare)) {
      X509Certificate leaf = Pki.leaf(ID).by(trusted).certificate();
      assertReason(
          X509Svid.validate(List.of(leaf), bundle(trusted), NOW), Reason.EVIDENCE_CERTIFICATE);
    }
  }

  @Test
  void anAuthorityWithoutKeyUsageOrWithAWebAddressSigns() {
    Pki.Issued root = Pki.bare().subject("CN=r").ca(true, null).selfSigned();
    X509Certificate leaf = Pki.leaf(ID).by(root).certificate();
    assertHolds(X509Svid.validate(List.of(leaf), bundle(root), NOW));
    Pki.Issued web = Pki.authority("CN=i").uris("https://ca.example.com").by(ROOT);
    assertHolds(check(Pki.leaf(ID).by(web).certificate(), web.certificate()));
  }

  @Test
  void aTrustedCertificateThatIsNoAuthoritySignsNobody() {
    Pki.Issued trusted = Pki.leaf("spiffe://example.org/x").subject("CN=x").by(ROOT);
    X509Certificate crafted = Pki.leaf(ID).by(trusted).certificate();
    assertReason(
        X509Svid.validate(List.of(crafted), bundle(trusted), NOW), Reason.EVIDENCE_CERTIFICATE);
    assertReason(
        X509Svid.validate(List.of(trusted.certificate()), bundle(trusted), NOW),
        Reason.EVIDENCE_KEY_UNKNOWN);
  }

  @Test
  void thePathLengthBoundsTheIntermediates() {
    Pki.Issued none = Pki.authority("CN=none").ca(true, 0).selfSigned();
    Pki.Issued lower = Pki.authority("CN=lower").by(none);
    Bundle bundle = bundle(none);
    X509Certificate direct = Pki.leaf(ID).by(none).certificate();
    X509Certificate deep = Pki.leaf(ID).by(lower).certificate();
    assertHolds(X509Svid.validate(List.of(direct), bundle, NOW));
    assertReason(
        X509Svid.validate(List.of(deep, lower.certificate()), bundle, NOW),
        Reason.EVIDENCE_CERTIFICATE);
  }

  @Test
  void anotherDomainsAuthorityNeverVouchesEvenThroughAnIntermediate() {
    Pki.Issued intermediate = Pki.authority("CN=root").by(OTHER_ROOT);
    X509Certificate leaf = Pki.leaf(ID).by(intermediate).certificate();
    assertReason(
        check(leaf, intermediate.certificate(), OTHER_ROOT.certificate()),
        Reason.EVIDENCE_KEY_UNKNOWN);
  }

  private static Arguments row(String name, Reason reason, Pki certificate) {
    return Arguments.of(name, reason, certificate);
  }

  private static NameConstraints permitted(String host) {
    return new NameConstraints(subtree(host), null);
  }

  private static GeneralSubtree[] subtree(String host) {
    return new GeneralSubtree[] {
      new GeneralSubtree(new GeneralName(GeneralName.uniformResourceIdentifier, host))
    };
  }

  private static GeneralSubtree[] directory(String name) {
    return new GeneralSubtree[] {new GeneralSubtree(new GeneralName(new X500Name(name)))};
  }

  private static SvidCheck check(X509Certificate... chain) {
    return X509Svid.validate(List.of(chain), BUNDLE, NOW);
  }

  private static Bundle bundle(Pki.Issued... roots) {
    return new Bundle(
        DOMAIN, Stream.of(roots).map(Pki.Issued::certificate).toList(), List.of(), null, null);
  }
}

package io.mintmark.evidence.trust;

import static io.mintmark.evidence.trust.World.BROKER;
import static io.mintmark.evidence.trust.World.NOW;
import static io.mintmark.evidence.trust.World.OWN;
import static io.mintmark.evidence.trust.World.attested;
import static io.mintmark.evidence.trust.World.bundle;
import static io.mintmark.evidence.trust.World.document;
import static io.mintmark.evidence.trust.World.documents;
import static io.mintmark.evidence.trust.World.fresh;
import static io.mintmark.evidence.trust.World.jwk;
import static io.mintmark.evidence.trust.World.refused;
import static io.mintmark.evidence.trust.World.sign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.evidence.Attestation;
import io.mintmark.evidence.Evidence;
import io.mintmark.jose.Crypto;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SvidTest {
  private static final TrustDomain PROD = new TrustDomain("prod.example.org");
  private static final TrustDomain OTHER = new TrustDomain("other.example.org");
  private static final String ORDERS = "spiffe://prod.example.org/ns/payments/sa/orders";
  private static final KeyPair KEY = Crypto.generate(SignatureAlgorithm.ES256);
  private static final KeyPair OTHER_KEY = Crypto.generate(SignatureAlgorithm.ES256);
  private static final Certificates CA = Certificates.authority("prod");
  private static final Certificates OTHER_CA = Certificates.authority("other");
  private static final String TRUST =
      documents(
          domain(PROD, "[jwt-svid, x509-svid]"),
          domain(OTHER, "[jwt-svid, x509-svid]"),
          document("TrustDomain", OWN.name(), "accepts: [jwt-svid, x509-svid]"),
          document(
              "Issuer",
              "ci",
              """
              type: oidc
              issuer: https://ci.example.org
              identity: spiffe://prod.example.org/ns/payments/sa/{claim:sub}
              """));

  private final World world = new World();
  private TrustAttestor attestor = world.attestor(TRUST);

  @BeforeEach
  void giveBundles() {
    world.bundlesOf(PROD.name()).keys = bundle(PROD, CA, jwk("p1", KEY));
    world.bundlesOf(OTHER.name()).keys = bundle(OTHER, OTHER_CA, jwk("o1", OTHER_KEY));
    world.keysOf("https://ci.example.org").keys = World.keySet(jwk("k1", KEY));
  }

  private static String domain(TrustDomain name, String accepts) {
    return document(
        "TrustDomain",
        name.name(),
        """
        bundle: {workloadApi: "unix:///run/%s.sock"}
        accepts: %s
        """
            .formatted(name, accepts));
  }

  private static ObjectNode good() {
    return fresh("{\"sub\":\"" + ORDERS + "\"}");
  }

  private static Evidence svid(ObjectNode claims) {
    return new Evidence.JwtSvid(sign(KEY, "p1", "JWT", claims));
  }

  private static Evidence.X509Svid x509(String... uris) {
    return new Evidence.X509Svid(List.of(CA.leaf(uris)));
  }

  @Test
  void aJwtSvidProvesItsSubject() {
    AttestedWorkload workload = attested(attestor, svid(good().put("team", "x")));
    assertThat(workload.id().uri()).isEqualTo(ORDERS);
    assertThat(workload.kind()).isEqualTo(EvidenceKind.JWT_SVID);
    assertThat(workload.issuer()).isEqualTo(PROD.name());
    assertThat(workload.issuerDocument()).isEqualTo(PROD.name());
    assertThat(workload.attributes()).containsOnly(java.util.Map.entry("team", "x"));
    assertThat(workload.expiresAt()).isEqualTo(NOW.plusSeconds(300));
    assertThat(workload.struckHere()).isFalse();
    assertThat(workload.certificateThumbprint()).isNull();
  }

  @Test
  void aJwtSvidThatIsBoundToAKeyIsNoBearers() {
    ObjectNode claims = good();
    claims.putObject("cnf").put("x5t#S256", "a");
    assertThat(refused(attestor, svid(claims)).reason()).isEqualTo(Reason.EVIDENCE_TYPE);
    assertThat(refused(attestor, new Evidence.Bound(svid(claims), x509(ORDERS))).reason())
        .isEqualTo(Reason.EVIDENCE_TYPE);
  }

  @Test
  void aJwtSvidOfWhoActsForAnotherIsNotItsSubjects() {
    ObjectNode claims = good();
    claims.putObject("act").put("sub", "a");
    assertThat(refused(attestor, svid(claims)).reason()).isEqualTo(Reason.EVIDENCE_TYPE);
  }

  @Test
  void anX509SvidProvesItsUriAndIsBoundToItsCertificate() throws Exception {
    Evidence.X509Svid evidence = x509(ORDERS);
    AttestedWorkload workload = attested(attestor, evidence);
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(evidence.chain().getFirst().getEncoded());
    assertThat(workload.id().uri()).isEqualTo(ORDERS);
    assertThat(workload.kind()).isEqualTo(EvidenceKind.X509_SVID);
    assertThat(workload.certificateThumbprint())
        .isEqualTo(Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
    assertThat(workload.evidence().sha256()).isEqualTo(HexFormat.of().formatHex(hash));
    assertThat(workload.expiresAt()).isEqualTo(NOW.plusSeconds(600));
    assertThat(workload.struckHere()).isFalse();
  }

  static Stream<Arguments> wrongTokens() {
    long now = NOW.getEpochSecond();
    return Stream.of(
        wrong("no sub", c -> c.remove("sub"), Reason.IDENTITY_MALFORMED),
        wrong("sub not SPIFFE", c -> c.put("sub", "orders"), Reason.IDENTITY_MALFORMED),
        wrong(
            "sub without path",
            c -> c.put("sub", "spiffe://prod.example.org"),
            Reason.IDENTITY_MALFORMED),
        wrong(
            "sub with port",
            c -> c.put("sub", "spiffe://prod.example.org:1/x"),
            Reason.IDENTITY_MALFORMED),
        wrong("sub with query", c -> c.put("sub", ORDERS + "?x"), Reason.IDENTITY_MALFORMED),
        wrong(
            "sub with dots",
            c -> c.put("sub", "spiffe://prod.example.org/a/../b"),
            Reason.IDENTITY_MALFORMED),
        wrong(
            "sub in upper case",
            c -> c.put("sub", "SPIFFE://prod.example.org/x"),
            Reason.IDENTITY_MALFORMED),
        wrong("sub array", c -> c.putArray("sub").add(ORDERS), Reason.IDENTITY_MALFORMED),
        wrong(
            "unknown domain",
            c -> c.put("sub", "spiffe://evil.org/x"),
            Reason.TRUST_DOMAIN_NOT_TRUSTED),
        wrong(
            "subdomain",
            c -> c.put("sub", "spiffe://a.prod.example.org/x"),
            Reason.TRUST_DOMAIN_NOT_TRUSTED),
        wrong(
            "domain prefix",
            c -> c.put("sub", "spiffe://prod.example/x"),
            Reason.TRUST_DOMAIN_NOT_TRUSTED),
        wrong(
            "another domain",
            c -> c.put("sub", "spiffe://other.example.org/x"),
            Reason.EVIDENCE_KEY_UNKNOWN),
        wrong(
            "our domain",
            c -> c.put("sub", "spiffe://broker.example.org/x"),
            Reason.EVIDENCE_KEY_UNKNOWN),
        wrong("no exp", c -> c.remove("exp"), Reason.EVIDENCE_MALFORMED),
        wrong("expired", c -> c.put("exp", now), Reason.EVIDENCE_EXPIRED),
        wrong("not yet", c -> c.put("nbf", now + 31), Reason.EVIDENCE_NOT_YET_VALID),
        wrong("from the future", c -> c.put("iat", now + 31), Reason.EVIDENCE_NOT_YET_VALID),
        wrong("no aud", c -> c.remove("aud"), Reason.EVIDENCE_AUDIENCE),
        wrong("aud with slash", c -> c.put("aud", BROKER + "/"), Reason.EVIDENCE_AUDIENCE),
        wrong(
            "aud ours among others",
            c -> c.putArray("aud").add(BROKER).add("x"),
            Reason.EVIDENCE_AUDIENCE),
        wrong(
            "aud of the token endpoint",
            c -> c.put("aud", BROKER + "/oauth2/token"),
            Reason.EVIDENCE_AUDIENCE));
  }

  private static Arguments wrong(String name, Consumer<ObjectNode> change, Reason reason) {
    return arguments(name, change, reason);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongTokens")
  void aWrongJwtSvidIsRefused(String name, Consumer<ObjectNode> change, Reason reason) {
    ObjectNode claims = good();
    change.accept(claims);
    Attestation.Refused refused = refused(attestor, svid(claims));
    assertThat(refused.reason()).as(refused.detail()).isEqualTo(reason);
    assertThat(refused.evidence().kind()).isEqualTo(EvidenceKind.JWT_SVID);
  }

  static Stream<Arguments> wrongCertificates() {
    String other = "spiffe://other.example.org/x";
    return Stream.of(
        arguments("no certificate", List.of(), Reason.EVIDENCE_CERTIFICATE),
        arguments("no URI", List.of(CA.leaf()), Reason.IDENTITY_MALFORMED),
        arguments("two URIs", List.of(CA.leaf(ORDERS, ORDERS + "2")), Reason.IDENTITY_MALFORMED),
        arguments(
            "a web address",
            List.of(CA.leaf("https://prod.example.org/x")),
            Reason.IDENTITY_MALFORMED),
        arguments(
            "no path", List.of(CA.leaf("spiffe://prod.example.org")), Reason.IDENTITY_MALFORMED),
        arguments(
            "unknown domain",
            List.of(CA.leaf("spiffe://evil.org/x")),
            Reason.TRUST_DOMAIN_NOT_TRUSTED),
        arguments("another domain's name", List.of(CA.leaf(other)), Reason.EVIDENCE_KEY_UNKNOWN),
        arguments(
            "our domain's name",
            List.of(CA.leaf("spiffe://broker.example.org/x")),
            Reason.EVIDENCE_KEY_UNKNOWN),
        arguments(
            "another's authority", List.of(OTHER_CA.leaf(ORDERS)), Reason.EVIDENCE_KEY_UNKNOWN),
        arguments(
            "another's authority sent along",
            List.of(OTHER_CA.leaf(ORDERS), OTHER_CA.authority()),
            Reason.EVIDENCE_KEY_UNKNOWN),
        arguments("expired", List.of(CA.leaf(NOW, ORDERS)), Reason.EVIDENCE_EXPIRED),
        arguments("the authority itself", List.of(CA.authority()), Reason.IDENTITY_MALFORMED));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongCertificates")
  void aWrongX509SvidIsRefused(
      String name, List<java.security.cert.X509Certificate> chain, Reason reason) {
    Attestation.Refused refused = refused(attestor, new Evidence.X509Svid(chain));
    assertThat(refused.reason()).as(refused.detail()).isEqualTo(reason);
    assertThat(refused.evidence().kind()).isEqualTo(EvidenceKind.X509_SVID);
  }

  @Test
  void aKindThatIsNotAcceptedIsRefusedAndAnEmptyListAcceptsNobody() {
    attestor = world.attestor(domain(PROD, "[jwt-svid]"));
    assertThat(refused(attestor, x509(ORDERS)).reason())
        .isEqualTo(Reason.EVIDENCE_KIND_NOT_ACCEPTED);
    attested(attestor, svid(good()));
    attestor = world.attestor(domain(PROD, "[]"));
    world.bundlesOf(PROD.name()).next = bundle(PROD, OTHER_CA, jwk("p2", OTHER_KEY));
    for (Evidence evidence : List.of(svid(good()), x509(ORDERS))) {
      assertThat(refused(attestor, evidence).reason()).isEqualTo(Reason.EVIDENCE_KIND_NOT_ACCEPTED);
      assertThat(attestor.mayWait(evidence)).isFalse();
    }
    Evidence newKey = new Evidence.JwtSvid(sign(OTHER_KEY, "p2", "JWT", good()));
    Evidence newAuthority = new Evidence.X509Svid(List.of(OTHER_CA.leaf(ORDERS)));
    for (Evidence evidence : List.of(newKey, newAuthority)) {
      refused(attestor, evidence);
      assertThat(attestor.mayWait(evidence)).isFalse();
    }
    assertThat(world.bundlesOf(PROD.name()).fetches).isZero();
  }

  @Test
  void aTrustDomainThatWasRemovedIsNotHonouredAnyMore() {
    attestor = world.attestor(domain(OTHER, "[jwt-svid]"));
    assertThat(refused(attestor, svid(good())).reason()).isEqualTo(Reason.TRUST_DOMAIN_NOT_TRUSTED);
  }

  @Test
  void ourOwnSvidsAreKnownAsSuchAndOnlyWhereADocumentNamesUs() {
    String id = "spiffe://broker.example.org/orders";
    Evidence jwt =
        new Evidence.JwtSvid(sign(world.ownKey, "own-1", "JWT", fresh("{\"sub\":\"" + id + "\"}")));
    Evidence x509 = new Evidence.X509Svid(List.of(world.ownAuthority.leaf(id)));
    for (Evidence own : List.of(jwt, x509)) {
      assertThat(attested(attestor, own).struckHere()).isTrue();
    }
    String reserved = "spiffe://broker.example.org/mintmark/broker";
    attested(attestor, new Evidence.X509Svid(List.of(world.ownAuthority.leaf(reserved))));
    attested(attestor, x509("spiffe://prod.example.org/mintmark/broker"));
    attestor = world.attestor(domain(PROD, "[jwt-svid, x509-svid]"));
    for (Evidence own : List.of(jwt, x509)) {
      assertThat(refused(attestor, own).reason()).isEqualTo(Reason.TRUST_DOMAIN_NOT_TRUSTED);
    }
  }

  @Test
  void inOurDomainOthersSvidsAreBelievedButNeverWithOurReservedNames() {
    attestor = world.attestor(domain(OWN, "[jwt-svid, x509-svid]"));
    world.bundlesOf(OWN.name()).keys = null;
    world.bundles.values().forEach(source -> source.keys = bundle(OWN, CA, jwk("p1", KEY)));
    String id = "spiffe://broker.example.org/orders";
    AttestedWorkload workload = attested(attestor, svid(good().put("sub", id)));
    assertThat(workload.struckHere()).isFalse();
    String reserved = "spiffe://broker.example.org/mintmark/broker";
    assertThat(refused(attestor, svid(good().put("sub", reserved))).reason())
        .isEqualTo(Reason.IDENTITY_MALFORMED);
    assertThat(refused(attestor, x509(reserved)).reason()).isEqualTo(Reason.IDENTITY_MALFORMED);
    world
        .bundles
        .values()
        .forEach(source -> source.keys = bundle(OWN, CA, jwk("own-1", world.ownKey)));
    String token = sign(world.ownKey, "own-1", "JWT", good().put("sub", id));
    assertThat(attested(attestor, new Evidence.JwtSvid(token)).struckHere()).isTrue();
  }

  @Test
  void ourAccessTokenIsNoJwtSvid() {
    ObjectNode claims =
        fresh("{\"iss\":\"" + BROKER + "\",\"sub\":\"spiffe://broker.example.org/orders\"}");
    Evidence evidence = new Evidence.JwtSvid(sign(world.ownKey, "own-1", "at+jwt", claims));
    assertThat(refused(attestor, evidence).reason()).isEqualTo(Reason.EVIDENCE_TYPE);
  }

  @Test
  void aRotatedAuthorityIsFetchedWhereFetchingIsDue() {
    KeyPair newKey = Crypto.generate(SignatureAlgorithm.ES256);
    Certificates newCa = Certificates.authority("prod");
    Evidence token = new Evidence.JwtSvid(sign(newKey, "p2", "JWT", good()));
    Evidence certificate = new Evidence.X509Svid(List.of(newCa.leaf(ORDERS)));
    assertThat(attestor.mayWait(token)).isFalse();
    assertThat(attestor.mayWait(certificate)).isFalse();
    FakeSource<Bundle> source = world.bundlesOf(PROD.name());
    for (Evidence evidence : List.of(token, certificate)) {
      source.keys = bundle(PROD, CA, jwk("p1", KEY));
      source.next = bundle(PROD, newCa, jwk("p2", newKey));
      assertThat(attestor.mayWait(evidence)).isTrue();
      assertThat(attestor.attestAtOnce(evidence, NOW)).isNull();
      assertThat(source.fetches).isEqualTo(evidence == token ? 0 : 1);
      Evidence known = svid(good());
      assertThat(attestor.attestAtOnce(known, NOW)).isEqualTo(attestor.attest(known, NOW));
      assertThat(attestor.mayWait(svid(good()))).isFalse();
      assertThat(attestor.mayWait(x509(ORDERS))).isFalse();
      attested(attestor, evidence);
    }
    assertThat(source.fetches).isEqualTo(2);
    assertThat(refused(attestor, svid(good())).reason()).isEqualTo(Reason.EVIDENCE_KEY_UNKNOWN);
    assertThat(refused(attestor, x509(ORDERS)).reason()).isEqualTo(Reason.EVIDENCE_KEY_UNKNOWN);
  }

  @Test
  void withoutABundleNothingIsBelieved() {
    world.bundlesOf(PROD.name()).keys = null;
    assertThat(refused(attestor, svid(good())).reason()).isEqualTo(Reason.KEYS_UNAVAILABLE);
    assertThat(refused(attestor, x509(ORDERS)).reason()).isEqualTo(Reason.KEYS_UNAVAILABLE);
    world.bundlesOf(PROD.name()).next = bundle(PROD, CA, jwk("p1", KEY));
    assertThat(attestor.mayWait(svid(good()))).isTrue();
    attested(attestor, svid(good()));
  }

  @Test
  void aJwtSvidOlderThanItsMaximumAgeIsRefused() {
    attestor = world.attestor(domain(PROD, "[jwt-svid]\nmaxAge: 2m"));
    assertThat(attested(attestor, svid(good())).expiresAt()).isEqualTo(NOW.plusSeconds(60));
    assertThat(refused(attestor, svid(good().put("iat", NOW.getEpochSecond() - 120))).reason())
        .isEqualTo(Reason.EVIDENCE_EXPIRED);
    ObjectNode ageless = good();
    ageless.remove("iat");
    assertThat(refused(attestor, svid(ageless)).reason()).isEqualTo(Reason.EVIDENCE_EXPIRED);
  }

  @Test
  void aProofOverItsOwnersConnectionIsBoundToTheCertificate() {
    Evidence.X509Svid holder = x509(ORDERS);
    ObjectNode claims = fresh("{\"iss\":\"https://ci.example.org\",\"sub\":\"orders\"}");
    Evidence platform = new Evidence.PlatformToken(sign(KEY, "k1", "JWT", claims));
    for (Evidence proof : List.of(svid(good()), platform)) {
      AttestedWorkload alone = attested(attestor, proof);
      AttestedWorkload bound = attested(attestor, new Evidence.Bound(proof, holder));
      assertThat(bound.id()).isEqualTo(alone.id());
      assertThat(bound.kind()).isEqualTo(alone.kind());
      assertThat(bound.evidence()).isEqualTo(alone.evidence());
      assertThat(bound.expiresAt()).isEqualTo(NOW.plusSeconds(300));
      assertThat(bound.struckHere()).isFalse();
      assertThat(bound.certificateThumbprint())
          .isEqualTo(attested(attestor, holder).certificateThumbprint());
    }
    Evidence.X509Svid brief = new Evidence.X509Svid(List.of(CA.leaf(NOW.plusSeconds(30), ORDERS)));
    assertThat(attested(attestor, new Evidence.Bound(svid(good()), brief)).expiresAt())
        .isEqualTo(NOW.plusSeconds(30));
  }

  static Stream<Arguments> wrongPairs() {
    Evidence.X509Svid holder = x509(ORDERS);
    Evidence proof = svid(good());
    return Stream.of(
        arguments(proof, x509(ORDERS + "2"), Reason.IDENTITY_MISMATCH),
        arguments(
            svid(good().put("sub", "spiffe://prod.example.org/ns/evil/sa/orders")),
            holder,
            Reason.IDENTITY_MISMATCH),
        arguments(svid(good().put("exp", 1)), holder, Reason.EVIDENCE_EXPIRED),
        arguments(
            proof,
            new Evidence.X509Svid(List.of(OTHER_CA.leaf(ORDERS))),
            Reason.EVIDENCE_KEY_UNKNOWN),
        arguments(proof, new Evidence.X509Svid(List.of()), Reason.EVIDENCE_CERTIFICATE),
        arguments(
            proof,
            new Evidence.X509Svid(
                List.of(OTHER_CA.leaf("spiffe://other.example.org/ns/payments/sa/orders"))),
            Reason.IDENTITY_MISMATCH),
        arguments(holder, holder, Reason.EVIDENCE_MALFORMED),
        arguments(new Evidence.Bound(proof, holder), holder, Reason.EVIDENCE_MALFORMED),
        arguments(new Evidence.JwtSvid("x"), holder, Reason.EVIDENCE_MALFORMED));
  }

  @ParameterizedTest
  @MethodSource("wrongPairs")
  void aProofAndACertificateThatDoNotAgreeAreRefused(
      Evidence proof, Evidence.X509Svid holder, Reason reason) {
    Attestation.Refused refused = refused(attestor, new Evidence.Bound(proof, holder));
    assertThat(refused.reason()).as(refused.detail()).isEqualTo(reason);
  }

  @Test
  void aMismatchUsesUpNoSingleUseProof() {
    attestor = world.attestor(domain(PROD, "[jwt-svid, x509-svid]\nsingleUse: true"));
    Evidence proof = svid(good().put("jti", "once"));
    refused(attestor, new Evidence.Bound(proof, x509(ORDERS + "2")));
    attested(attestor, new Evidence.Bound(proof, x509(ORDERS)));
    assertThat(refused(attestor, new Evidence.Bound(proof, x509(ORDERS))).reason())
        .isEqualTo(Reason.EVIDENCE_REPLAYED);
  }

  /** The guard must not forget a proof with the certificate that it was bound to. */
  @Test
  void aProofUsedWithACertificateThatEndsSoonerIsNotBelievedAlone() {
    attestor = world.attestor(domain(PROD, "[jwt-svid, x509-svid]\nsingleUse: true"));
    Evidence proof = svid(good().put("jti", "once"));
    Evidence.X509Svid brief = new Evidence.X509Svid(List.of(CA.leaf(NOW.plusSeconds(1), ORDERS)));
    attested(attestor, new Evidence.Bound(proof, brief));
    assertThat(attestor.attest(proof, NOW.plusSeconds(299)))
        .isInstanceOfSatisfying(
            Attestation.Refused.class,
            replay -> assertThat(replay.reason()).isEqualTo(Reason.EVIDENCE_REPLAYED));
  }

  @Test
  void aFailureOfOursIsARefusalAndNeverAnAcceptance() {
    world.bundlesOf(PROD.name()).broken = true;
    assertThat(refused(attestor, svid(good())).detail())
        .isEqualTo("checking the evidence failed unexpectedly");
    assertThat(attestor.attestAtOnce(svid(good()), NOW)).isInstanceOf(Attestation.Refused.class);
    assertThat(attestor.mayWait(svid(good()))).isFalse();
    assertThat(refused(attestor, svid(good())).evidence().sha256()).matches("[0-9a-f]{64}");
    assertThat(attestor.examine(svid(good()), NOW).attestation())
        .isInstanceOf(Attestation.Refused.class);
  }

  @Test
  void aTokenThatIsNoJwtSvidIsRefusedForWhatItIs() {
    Attestation.Refused refused =
        refused(attestor, new Evidence.JwtSvid("a".repeat(TrustAttestor.MAX_TOKEN + 1)));
    assertThat(refused.reason()).isEqualTo(Reason.REQUEST_TOO_LARGE);
    assertThat(refused.evidence().kind()).isEqualTo(EvidenceKind.JWT_SVID);
  }

  /** Or a certificate of another authority would make a proof of ours one that yields SVIDs. */
  @Test
  void aProofOfOursStaysOursWithACertificateOfAnotherAuthority() {
    attestor = world.attestor(domain(OWN, "[jwt-svid, x509-svid]"));
    String id = "spiffe://broker.example.org/orders";
    world
        .bundles
        .values()
        .forEach(source -> source.keys = bundle(OWN, CA, jwk("own-1", world.ownKey)));
    Evidence proof =
        new Evidence.JwtSvid(sign(world.ownKey, "own-1", "JWT", good().put("sub", id)));
    Evidence.X509Svid holder = x509(id);
    assertThat(attested(attestor, holder).struckHere()).isFalse();
    assertThat(attested(attestor, new Evidence.Bound(proof, holder)).struckHere()).isTrue();
  }

  @Test
  void theBundlesInForceAreThoseByWhichSvidsAreBelieved() {
    assertThat(attestor.bundles(NOW)).containsOnlyKeys(PROD, OTHER, OWN);
    world.bundlesOf(OTHER.name()).keys = null;
    assertThat(attestor.bundles(NOW)).containsOnlyKeys(PROD, OWN);
    attestor = world.attestor(documents(domain(PROD, "[]"), domain(OTHER, "[x509-svid]")));
    world.bundlesOf(OTHER.name()).keys = bundle(OTHER, OTHER_CA, jwk("o1", OTHER_KEY));
    assertThat(attestor.bundles(NOW)).containsOnlyKeys(OTHER);
  }
}

package io.mintmark.api.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.api.Caller;
import io.mintmark.api.Published;
import io.mintmark.credential.Credential;
import io.mintmark.credential.Mint;
import io.mintmark.evidence.Evidence;
import io.mintmark.keys.KeyCommand;
import io.mintmark.keys.KeyRing;
import io.mintmark.keys.KeySettings;
import io.mintmark.keys.KeyUse;
import io.mintmark.keys.TestRing;
import io.mintmark.policy.Decision;
import io.mintmark.storage.memory.MemoryKeyStore;
import io.mintmark.workload.Ask;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.Delegation;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.EvidenceSummary;
import io.mintmark.workload.Reason;
import io.mintmark.workload.Scope;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.WorkloadId;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose token opens the operators' door: that of this broker, this door and this moment. */
final class OperatorTokensTest {
  private static final String ISSUER = "https://mintmark.example.org/prod";
  private static final String ADMIN = ISSUER + "/v1/admin";
  private static final WorkloadId ADA = WorkloadId.parse("spiffe://prod.example.org/ada");
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();
  private static final Caller NOBODY = new Caller(HERE, null, null);

  // the library under test reads the clock of the system
  private final Instant now = InstantSource.system().instant();
  private final KeyRing ring = ring();
  private final OperatorTokens tokens = new OperatorTokens(ISSUER, published(ring));

  @ParameterizedTest
  @EnumSource(
      value = SignatureAlgorithm.class,
      names = {"ES256", "ES384", "RS256", "PS256", "EDDSA"})
  void aTokenOfThisBrokerForThisDoorHoldsInEveryAlgorithm(SignatureAlgorithm algorithm)
      throws Exception {
    String token = token(ring, ISSUER, ADMIN, now, null, algorithm);
    assertThat(tokens.check(token, NOBODY))
        .isInstanceOfSatisfying(
            OperatorTokens.Holds.class,
            holds -> {
              assertThat(holds.operator().id()).isEqualTo(ADA);
              assertThat(holds.operator().token()).isNotNull();
              assertThat(holds.scopes()).containsExactly("admin:read");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://ledger.example.org",
        ISSUER,
        ADMIN + "/",
        ADMIN + "s",
        ISSUER + "/v1",
        ISSUER + "/v1/ADMIN",
        "https://mintmark.example.org/v1/admin",
        "https://mintmark.example.org//prod/v1/admin"
      })
  void aTokenForAnotherAudienceIsRefused(String audience) throws Exception {
    refused(token(ring, ISSUER, audience, now, null, null), Reason.EVIDENCE_AUDIENCE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://mintmark.example.org", ISSUER + "/", "http://mintmark.example.org/prod"})
  void aTokenThatNamesAnotherIssuerIsRefusedThoughOurKeySignedIt(String issuer) throws Exception {
    refused(token(ring, issuer, ADMIN, now, null, null), Reason.ISSUER_NOT_TRUSTED);
  }

  @Test
  void aTokenIsRefusedFromTheSecondThatItEnds() throws Exception {
    refused(
        token(ring, ISSUER, ADMIN, now.minus(Duration.ofSeconds(301)), null, null),
        Reason.EVIDENCE_EXPIRED);
  }

  @Test
  void aTokenOfAnEarlierKeyRingOfThisBrokerIsRefused() throws Exception {
    refused(token(ring(), ISSUER, ADMIN, now, null, null), Reason.EVIDENCE_SIGNATURE);
  }

  @Test
  void aTokenWhoseKeyWasTakenOutOfPublicationIsRefusedAtOnce() throws Exception {
    String token = token(ring, ISSUER, ADMIN, now, null, null);
    String old = ring.tokenKey(null).id();
    var next = ring.prepare(KeyUse.ACCESS_TOKEN, SignatureAlgorithm.ES256, now);
    ring.activate(KeyUse.ACCESS_TOKEN, ((KeyCommand.Done) next).key().id(), true, now);
    assertThat(tokens.check(token, NOBODY)).isInstanceOf(OperatorTokens.Holds.class);
    ring.revoke(KeyUse.ACCESS_TOKEN, old, now);
    refused(token, Reason.EVIDENCE_SIGNATURE);
  }

  /** It is signed with a key of ours that {@code /oauth2/jwks} shows, for this very audience. */
  @Test
  void aJwtSvidForThisDoorIsNoAccessToken() throws Exception {
    WorkloadId here = new WorkloadId(TestRing.DOMAIN, "/ada");
    refused(
        token(ring, ISSUER, new Decision.JwtSvid(here, Set.of(ADMIN)), now), Reason.EVIDENCE_TYPE);
  }

  @Test
  void aTokenSignedByOurPublicKeyAsASecretIsRefused() throws Exception {
    String[] parts = token(ring, ISSUER, ADMIN, now, null, null).split("\\.");
    for (String algorithm : List.of("HS256", "hs256", "none", "None", "ES256K", "RS1", "ES512")) {
      String header =
          encoded(
              "{\"alg\":\"%s\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}"
                  .formatted(algorithm, ring.tokenKey(null).id()));
      for (byte[] secret :
          List.of(ring.jwks(), ring.tokenKey(null).id().getBytes(StandardCharsets.UTF_8))) {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        String signed = header + "." + parts[1];
        byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
        assertThat(
                tokens.check(
                    signed
                        + "."
                        + Base64.getUrlEncoder().withoutPadding().encodeToString(signature),
                    NOBODY))
            .as(algorithm)
            .isInstanceOf(OperatorTokens.Invalid.class);
      }
      assertThat(tokens.check(header + "." + parts[1] + ".", NOBODY))
          .isInstanceOf(OperatorTokens.Invalid.class);
    }
  }

  @Test
  void aBoundTokenIsWorthNothingWithoutItsCertificate() throws Exception {
    X509Certificate own = ring.roots().getFirst();
    X509Certificate another = ring().roots().getFirst();
    String thumbprint =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                java.security.MessageDigest.getInstance("SHA-256").digest(own.getEncoded()));
    String token = token(ring, ISSUER, ADMIN, now, thumbprint, null);
    refused(token, Reason.BINDING_REQUIRED);
    assertThat(tokens.check(token, holding(another)))
        .isEqualTo(new OperatorTokens.Invalid(Reason.BINDING_REQUIRED));
    assertThat(tokens.check(token, holding(another, own)))
        .isEqualTo(new OperatorTokens.Invalid(Reason.BINDING_REQUIRED));
    assertThat(tokens.check(token, holding(own))).isInstanceOf(OperatorTokens.Holds.class);
  }

  private void refused(String token, Reason reason) {
    assertThat(tokens.check(token, NOBODY)).isEqualTo(new OperatorTokens.Invalid(reason));
  }

  private static Caller holding(X509Certificate... chain) {
    return new Caller(HERE, new Evidence.X509Svid(List.of(chain)), null);
  }

  private static String encoded(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private KeyRing ring() {
    try {
      return KeyRing.open(
          KeySettings.defaults(TestRing.DOMAIN),
          new MemoryKeyStore(),
          Set.of(
              SignatureAlgorithm.ES384,
              SignatureAlgorithm.RS256,
              SignatureAlgorithm.PS256,
              SignatureAlgorithm.EDDSA),
          () -> 17,
          now);
    } catch (java.io.IOException impossible) {
      throw new java.io.UncheckedIOException(impossible);
    }
  }

  private static String token(
      KeyRing ring,
      String issuer,
      String audience,
      Instant at,
      @Nullable String thumbprint,
      @Nullable SignatureAlgorithm algorithm)
      throws Exception {
    Set<Scope> scopes = Set.of(new Scope("admin:read"));
    return token(
        ring,
        issuer,
        new Decision.AccessToken("mintmark-admin", audience, scopes, thumbprint, algorithm),
        at);
  }

  private static String token(KeyRing ring, String issuer, Decision.Terms terms, Instant at)
      throws Exception {
    Instant end = at.plusSeconds(300);
    AttestedWorkload workload =
        new AttestedWorkload(
            ADA,
            new EvidenceSummary(EvidenceKind.JWT_SVID, "prod.example.org", "00"),
            EvidenceKind.JWT_SVID,
            "prod.example.org",
            "prod",
            Map.of(),
            at,
            end,
            null,
            false);
    Ask ask = new Ask(new Ask.AccessToken(ADMIN, Set.of()), null, Delegation.NONE, HERE, null);
    Credential struck =
        new Mint(ring, issuer, new SecureRandom())
            .mint(new Decision.Grant(workload, ask, terms, at, end, List.of("g"), "v"), at);
    return switch (struck) {
      case Credential.AccessToken token -> token.token();
      case Credential.JwtSvid svid -> svid.token();
      case Credential.X509Svid svid -> throw new AssertionError(svid);
    };
  }

  private static Published published(KeyRing ring) {
    return new Published() {
      @Override
      public byte[] jwks() {
        return ring.jwks();
      }

      @Override
      public byte[] bundle() {
        return ring.bundle().toJson();
      }

      @Override
      public Duration refreshHint() {
        return Duration.ofMinutes(5);
      }

      @Override
      public Map<String, byte[]> bundles() {
        return Map.of();
      }

      @Override
      public Map<String, byte[]> foreignBundles() {
        return Map.of();
      }
    };
  }
}

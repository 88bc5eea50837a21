package io.mintmark.evidence.trust;

import static io.mintmark.evidence.trust.World.NOW;
import static io.mintmark.evidence.trust.World.attested;
import static io.mintmark.evidence.trust.World.document;
import static io.mintmark.evidence.trust.World.documents;
import static io.mintmark.evidence.trust.World.fresh;
import static io.mintmark.evidence.trust.World.jwk;
import static io.mintmark.evidence.trust.World.keySet;
import static io.mintmark.evidence.trust.World.refused;
import static io.mintmark.evidence.trust.World.sign;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.evidence.Attestation;
import io.mintmark.evidence.Evidence;
import io.mintmark.evidence.Examination;
import io.mintmark.evidence.ReplayGuard;
import io.mintmark.jose.Crypto;
import io.mintmark.storage.memory.MemoryReplayGuard;
import io.mintmark.workload.Reason;
import io.mintmark.workload.SignatureAlgorithm;
import java.math.BigInteger;
import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A join token used twice at once (SPIRE 1.14.6), and a replayed jti (CVE-2020-5300). */
class SingleUseTest {
  private static final KeyPair KEY = Crypto.generate(SignatureAlgorithm.ES256);
  private static final BigInteger P256_ORDER =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

  private final World world = new World();

  private TrustAttestor attestor() {
    TrustAttestor attestor = world.attestor(documents(issuer("a"), issuer("b")));
    for (String name : List.of("a", "b")) {
      world.keysOf("https://" + name + ".example.org").keys = keySet(jwk("k", KEY));
    }
    return attestor;
  }

  private static String issuer(String name) {
    return document(
        "Issuer",
        name,
        """
        type: oidc
        issuer: https://%s.example.org
        singleUse: true
        identity: spiffe://example.org/%s/{claim:sub}
        """
            .formatted(name, name));
  }

  private static ObjectNode claims(String issuer) {
    return fresh("{\"iss\":\"https://" + issuer + ".example.org\",\"sub\":\"s\"}");
  }

  private static Evidence token(ObjectNode claims) {
    return new Evidence.PlatformToken(sign(KEY, "k", "JWT", claims));
  }

  @Test
  void theSameTokenIsBelievedOnce() {
    TrustAttestor attestor = attestor();
    for (ObjectNode claims : List.of(claims("a").put("jti", "1"), claims("a"))) {
      Evidence token = token(claims);
      attested(attestor, token);
      assertThat(refused(attestor, token).reason()).isEqualTo(Reason.EVIDENCE_REPLAYED);
    }
  }

  @Test
  void anotherTokenWithTheSameIdIsAReplayWithinItsIssuerOnly() {
    TrustAttestor attestor = attestor();
    attested(attestor, token(claims("a").put("jti", "1")));
    assertThat(refused(attestor, token(claims("a").put("jti", "1").put("x", 1))).reason())
        .isEqualTo(Reason.EVIDENCE_REPLAYED);
    attested(attestor, token(claims("b").put("jti", "1")));
    attested(attestor, token(claims("a").put("jti", "2")));
  }

  @Test
  void anEmptyTokenIdIsNone() {
    TrustAttestor attestor = attestor();
    attested(attestor, token(claims("a").put("jti", "")));
    Evidence other = token(claims("a").put("jti", "").put("x", 1));
    attested(attestor, other);
    assertThat(refused(attestor, other).reason()).isEqualTo(Reason.EVIDENCE_REPLAYED);
  }

  /** Whoever has (r, s) has (r, n - s), another signature for the same token. */
  @Test
  void aSecondSignatureForTheSameTokenIsAReplay() {
    TrustAttestor attestor = attestor();
    String token = sign(KEY, "k", "JWT", claims("a"));
    attested(attestor, new Evidence.PlatformToken(token));
    int dot = token.lastIndexOf('.');
    byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
    byte[] s =
        P256_ORDER.subtract(new BigInteger(1, Arrays.copyOfRange(signature, 32, 64))).toByteArray();
    Arrays.fill(signature, 32, 64, (byte) 0);
    int length = Math.min(32, s.length);
    System.arraycopy(s, s.length - length, signature, 64 - length, length);
    String twin =
        token.substring(0, dot + 1)
            + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    assertThat(twin).isNotEqualTo(token);
    assertThat(refused(attestor, new Evidence.PlatformToken(twin)).reason())
        .isIn(Reason.EVIDENCE_REPLAYED, Reason.EVIDENCE_SIGNATURE);
  }

  /** An operator who explains a workload's proof must not be the one who uses it up. */
  @Test
  void examiningAProofUsesNothingUpAndTellsWhetherItIsSpent() {
    TrustAttestor attestor = attestor();
    Evidence token = token(claims("a").put("jti", "1"));
    for (int i = 0; i < 2; i++) {
      Examination examination = attestor.examine(token, NOW);
      assertThat(examination.attestation()).isInstanceOf(Attestation.Attested.class);
      assertThat(examination.singleUse()).isTrue();
      assertThat(examination.spent()).isNull();
    }
    attested(attestor, token);
    Examination examination = attestor.examine(token, NOW);
    assertThat(examination.attestation()).isInstanceOf(Attestation.Attested.class);
    assertThat(examination.spent())
        .isNotNull()
        .extracting(Attestation.Refused::reason)
        .isEqualTo(Reason.EVIDENCE_REPLAYED);
  }

  @Test
  void examiningRefusesWhatAttestingRefuses() {
    Examination examination = attestor().examine(token(claims("a").put("aud", "x")), NOW);
    assertThat(examination.attestation())
        .isInstanceOfSatisfying(
            Attestation.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.EVIDENCE_AUDIENCE));
    assertThat(examination.singleUse()).isFalse();
  }

  @Test
  void aTokenThatFailsAnyOtherCheckUsesNothingUp() {
    TrustAttestor attestor = attestor();
    refused(attestor, token(claims("a").put("jti", "1").put("aud", "x")));
    refused(attestor, token(claims("a").put("jti", "1").put("sub", "a/b")));
    attested(attestor, token(claims("a").put("jti", "1")));
  }

  @Test
  void aTokenFromBeforeTheGuardOrWithoutTimeIsRefused() {
    world.guard = new MemoryReplayGuard(10, NOW.minusSeconds(59));
    TrustAttestor attestor = attestor();
    assertThat(refused(attestor, token(claims("a"))).reason()).isEqualTo(Reason.EVIDENCE_REPLAYED);
    ObjectNode timeless = claims("a");
    timeless.remove("iat");
    assertThat(refused(attestor, token(timeless)).reason()).isEqualTo(Reason.EVIDENCE_REPLAYED);
    attested(attestor, token(claims("a").put("iat", NOW.getEpochSecond() - 29)));
  }

  /** Used, the broker killed, used again: the restart lies before the date that the token has. */
  @Test
  void aTokenDatedAheadIsNotBelievedAgainAfterARestart() {
    for (int ahead : new int[] {0, 1, 29, 30}) {
      Evidence token = token(claims("a").put("iat", NOW.getEpochSecond() + ahead));
      world.guard = new MemoryReplayGuard(10, NOW.minusSeconds(600));
      attested(attestor(), token);
      for (int later : new int[] {1, 5, 30, 59}) {
        world.guard = new MemoryReplayGuard(10, NOW.plusSeconds(1));
        assertThat(attestor().attest(token, NOW.plusSeconds(later)))
            .isInstanceOfSatisfying(
                Attestation.Refused.class,
                refused -> assertThat(refused.reason()).isEqualTo(Reason.EVIDENCE_REPLAYED));
      }
    }
  }

  @Test
  void aGuardThatIsOutOfReachLetsNothingPassAndIsNoFaultOfTheProof() {
    for (boolean early : new boolean[] {true, false}) {
      world.guard =
          new ReplayGuard() {
            @Override
            public Claim claim(String issuer, String proofId, Instant expiresAt, Instant now) {
              throw new IllegalStateException("connection refused");
            }

            @Override
            public Claim peek(String issuer, String proofId, Instant now) {
              throw new IllegalStateException("connection refused");
            }

            @Override
            public Instant since() {
              if (early) {
                throw new IllegalStateException("connection refused");
              }
              return NOW.minusSeconds(600);
            }
          };
      TrustAttestor attestor = attestor();
      assertThat(refused(attestor, token(claims("a"))).reason())
          .isEqualTo(Reason.DEPENDENCY_UNAVAILABLE);
      assertThat(attestor.examine(token(claims("a")), NOW).spent())
          .isNotNull()
          .extracting(Attestation.Refused::reason)
          .isEqualTo(Reason.DEPENDENCY_UNAVAILABLE);
    }
  }

  @Test
  void aFullGuardRefusesForLoad() {
    world.guard = new MemoryReplayGuard(1, NOW.minusSeconds(600));
    TrustAttestor attestor = attestor();
    attested(attestor, token(claims("a").put("jti", "1")));
    assertThat(refused(attestor, token(claims("a").put("jti", "2"))).reason())
        .isEqualTo(Reason.OVERLOADED);
    assertThat(refused(attestor, token(claims("a").put("jti", "1"))).reason())
        .isEqualTo(Reason.EVIDENCE_REPLAYED);
  }

  @Test
  void ofManyAtOnceOneIsBelieved() throws Exception {
    TrustAttestor attestor = attestor();
    Evidence token = token(claims("a").put("jti", "race"));
    List<Callable<Attestation>> tries = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      tries.add(() -> attestor.attest(token, NOW));
    }
    int believed = 0;
    try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
      for (Future<Attestation> result : executor.invokeAll(tries)) {
        if (result.get() instanceof Attestation.Attested) {
          believed++;
        }
      }
    }
    assertThat(believed).isEqualTo(1);
  }
}

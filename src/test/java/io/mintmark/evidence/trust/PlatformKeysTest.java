package io.mintmark.evidence.trust;

import static io.mintmark.evidence.trust.World.NOW;
import static io.mintmark.evidence.trust.World.attested;
import static io.mintmark.evidence.trust.World.document;
import static io.mintmark.evidence.trust.World.fresh;
import static io.mintmark.evidence.trust.World.jwk;
import static io.mintmark.evidence.trust.World.keySet;
import static io.mintmark.evidence.trust.World.refused;
import static io.mintmark.evidence.trust.World.sign;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.evidence.Attestation;
import io.mintmark.evidence.Evidence;
import io.mintmark.jose.Crypto;
import io.mintmark.jose.JwkSet;
import io.mintmark.workload.Reason;
import io.mintmark.workload.SignatureAlgorithm;
import java.security.KeyPair;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the keys of a platform are fetched for its token. */
class PlatformKeysTest {
  private static final String ISSUER = "https://ci.example.org";
  private static final KeyPair KEY = Crypto.generate(SignatureAlgorithm.ES256);
  private static final KeyPair STRANGER = Crypto.generate(SignatureAlgorithm.ES256);

  private final World world = new World();
  private final TrustAttestor attestor =
      world.attestor(
          document(
              "Issuer",
              "ci",
              """
              type: oidc
              issuer: %s
              identity: spiffe://example.org/ci/{claim:sub}
              """
                  .formatted(ISSUER)));

  @BeforeEach
  void giveKeys() {
    world.keysOf(ISSUER).keys = keySet(jwk("k1", KEY));
  }

  private static ObjectNode good() {
    return fresh("{\"iss\":\"" + ISSUER + "\",\"sub\":\"build-7\",\"team\":\"payments\",\"n\":5}");
  }

  private static Evidence token(ObjectNode claims) {
    return new Evidence.PlatformToken(sign(KEY, "k1", "JWT", claims));
  }

  @Test
  void aTokenThatNamesNoNewKeyNeverMakesUsFetch() {
    FakeSource<JwkSet> source = world.keysOf(ISSUER);
    source.next = keySet(jwk("k9", STRANGER));
    Evidence nameless = new Evidence.PlatformToken(sign(KEY, null, "JWT", good()));
    for (Evidence known : List.of(token(good()), nameless)) {
      assertThat(attestor.mayWait(known)).isFalse();
      assertThat(attestor.attestAtOnce(known, NOW)).isInstanceOf(Attestation.Attested.class);
      attested(attestor, known);
    }
    Evidence unsigned = new Evidence.PlatformToken(sign(STRANGER, null, "JWT", good()));
    assertThat(attestor.mayWait(unsigned)).isFalse();
    assertThat(refused(attestor, unsigned).reason()).isEqualTo(Reason.EVIDENCE_KEY_UNKNOWN);
    refused(attestor, new Evidence.PlatformToken(sign(STRANGER, "k1", "JWT", good())));
    assertThat(source.fetches).isZero();
  }

  @Test
  void theFirstKeysOfAnIssuerAreFetchedWhereFetchingIsDueOnly() {
    FakeSource<JwkSet> source = world.keysOf(ISSUER);
    source.keys = null;
    assertThat(refused(attestor, token(good())).reason()).isEqualTo(Reason.KEYS_UNAVAILABLE);
    assertThat(source.fetches).isZero();
    source.next = keySet(jwk("k1", KEY));
    assertThat(attestor.mayWait(token(good()))).isTrue();
    assertThat(attestor.attestAtOnce(token(good()), NOW)).isNull();
    attested(attestor, token(good()));
  }
}

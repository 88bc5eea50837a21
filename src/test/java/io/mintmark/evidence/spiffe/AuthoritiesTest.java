package io.mintmark.evidence.spiffe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.mintmark.evidence.UnusableKeys;
import io.mintmark.fetch.ThrowawayAuthority;
import io.mintmark.jose.Jwk;
import io.mintmark.jose.JwkSet;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import java.io.ByteArrayOutputStream;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is taken for an authority, whoever says so. */
final class AuthoritiesTest {
  private static final TrustDomain PROD = new TrustDomain("prod.example.org");

  private ThrowawayAuthority prod;

  @BeforeEach
  void make() throws Exception {
    prod = new ThrowawayAuthority("prod", Instant.now(), PROD.uri());
  }

  @Test
  void aCertificateThatIsNoAuthoritysIsRefusedWithAllOthers() throws Exception {
    X509Certificate leaf = prod.leaf();
    assertThat(leaf.getBasicConstraints()).isNegative();
    assertThat(Authorities.parse(der(prod.certificate()))).containsExactly(prod.certificate());
    assertThatThrownBy(() -> Authorities.parse(der(prod.certificate(), leaf)))
        .isInstanceOf(UnusableKeys.class)
        .hasMessage("a certificate is not one of an authority");
  }

  @Test
  void thereIsOneAndThereAreAtMostAThousand() throws Exception {
    X509Certificate[] many = new X509Certificate[1001];
    Arrays.fill(many, prod.certificate());
    assertThat(Authorities.parse(der(Arrays.copyOf(many, 1000)))).hasSize(1000);
    for (byte[] bytes : List.of(new byte[0], der(many))) {
      assertThatThrownBy(() -> Authorities.parse(bytes)).isInstanceOf(UnusableKeys.class);
    }
  }

  /** Which of them a token was signed with could not be told from its header. */
  @Test
  void anAgentsKeysWithoutAnIdAreNotBelieved() throws Exception {
    byte[] keys = JwkSet.toJson(List.of(key("named", "jwt-svid"), key(null, "jwt-svid")), Map.of());
    Bundle bundle =
        WorkloadApiLoader.merged(PROD, Map.of(), Map.of(PROD.uri(), ByteString.copyFrom(keys)));
    assertThat(bundle.jwtAuthorities()).extracting(Jwk::keyId).containsExactly("named");
    assertThat(bundle.x509Authorities()).isEmpty();
  }

  @Test
  void aTrustDomainThatIsLeftOutOrEmptyHasNothing() throws Exception {
    Map<String, ByteString> empty = Map.of(PROD.uri(), ByteString.EMPTY);
    assertThat(WorkloadApiLoader.merged(PROD, Map.of(), Map.of()).isEmpty()).isTrue();
    assertThat(WorkloadApiLoader.merged(PROD, empty, empty).isEmpty()).isTrue();
  }

  private static Jwk key(@Nullable String id, String use) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    PublicKey key = generator.generateKeyPair().getPublic();
    return new Jwk(id, use, null, key, null);
  }

  private static byte[] der(X509Certificate... certificates) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (X509Certificate certificate : certificates) {
      bytes.write(certificate.getEncoded());
    }
    return bytes.toByteArray();
  }
}

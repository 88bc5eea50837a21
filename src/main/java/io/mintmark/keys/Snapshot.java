package io.mintmark.keys;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.jose.Jwk;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.SignatureAlgorithm;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The ring at one moment, with all that the hot path and the publication need made ready. */
final class Snapshot {
  private static final ObjectMapper JSON = new ObjectMapper();

  final KeyRingStore.Contents contents;
  private final Map<SignatureAlgorithm, JwtKey> tokenKeys = new EnumMap<>(SignatureAlgorithm.class);
  private final @Nullable JwtKey defaultTokenKey;
  private final @Nullable JwtKey svidKey;
  private final @Nullable Authority authority;
  final SigningKey checkpointKey;
  final byte[] jwks;
  final Bundle bundle;

  Snapshot(KeyRingStore.Contents contents, KeySettings settings) {
    this.contents = contents;
    JwtKey svid = null;
    Authority signing = null;
    SigningKey checkpoint = null;
    for (KeptKey kept : contents.keys()) {
      SigningKey key = kept.key();
      if (kept.state() != KeyState.ACTIVE || key == null) {
        continue;
      }
      switch (kept.use()) {
        case ACCESS_TOKEN ->
            tokenKeys.put(kept.algorithm(), new JwtKey(kept.use(), kept.id(), key));
        case JWT_SVID -> svid = new JwtKey(kept.use(), kept.id(), key);
        case X509_AUTHORITY -> signing = authority(kept, key);
        case CHECKPOINT -> checkpoint = key;
      }
    }
    if (checkpoint == null) {
      throw new IllegalStateException("the ring has no checkpoint key");
    }
    this.checkpointKey = checkpoint;
    this.svidKey = svid;
    this.authority = signing;
    this.defaultTokenKey = defaultKey(settings);
    this.jwks = jwks(contents.keys());
    this.bundle =
        new Bundle(
            settings.trustDomain(),
            roots(contents.keys()),
            published(contents.keys(), KeyUse.JWT_SVID, "jwt-svid"),
            contents.sequence(),
            settings.refreshHint());
  }

  /** All keys, in the order of their uses and then of their publication. */
  List<KeyView> views(Instant now) {
    return contents.keys().stream()
        .map(key -> key.view(now))
        .sorted(
            Comparator.comparing(KeyView::use)
                .thenComparing(KeyView::algorithm)
                .thenComparing(KeyView::notBefore)
                .thenComparing(KeyView::id))
        .toList();
  }

  /**
   * The key for an access token.
   *
   * @param wanted null for the broker's default
   */
  JwtKey tokenKey(@Nullable SignatureAlgorithm wanted) throws KeysUnavailable {
    JwtKey key = wanted == null ? defaultTokenKey : tokenKeys.get(wanted);
    if (key == null) {
      throw new KeysUnavailable(
          wanted == null
              ? "no access token key is active"
              : "no access token key for %s is active: it is prepared, or not asked for by setting or resource"
                  .formatted(wanted.word()));
    }
    return key;
  }

  /** The key for a JWT-SVID. */
  JwtKey svidKey() throws KeysUnavailable {
    JwtKey key = svidKey;
    if (key == null) {
      throw new KeysUnavailable("no JWT-SVID key is active");
    }
    return key;
  }

  /** The X.509 authority that signs now. */
  Authority authority(Instant now) throws KeysUnavailable {
    Authority signing = authority;
    if (signing == null) {
      throw new KeysUnavailable("no X.509 authority is active");
    }
    if (!now.isBefore(signing.notAfter())) {
      throw new KeysUnavailable(
          "the X.509 authority expired at %s: renew it".formatted(signing.notAfter()));
    }
    if (now.isBefore(signing.notBefore())) {
      throw new KeysUnavailable(
          "the X.509 authority is not valid before %s: check the clock"
              .formatted(signing.notBefore()));
    }
    return signing;
  }

  /** While the default's first key waits to be known, another that is known signs. */
  private @Nullable JwtKey defaultKey(KeySettings settings) {
    for (SignatureAlgorithm algorithm : settings.accessToken()) {
      JwtKey key = tokenKeys.get(algorithm);
      if (key != null) {
        return key;
      }
    }
    return tokenKeys.values().stream().findFirst().orElse(null);
  }

  private static @Nullable Authority authority(KeptKey kept, SigningKey key) {
    AuthorityCertificates certificates = kept.certificates();
    return certificates == null ? null : new Authority(key, certificates);
  }

  private static List<X509Certificate> roots(List<KeptKey> keys) {
    Set<X509Certificate> roots = new LinkedHashSet<>();
    for (KeptKey kept : sorted(keys, KeyUse.X509_AUTHORITY)) {
      AuthorityCertificates certificates = kept.certificates();
      if (certificates != null) {
        roots.addAll(certificates.roots());
      }
    }
    return List.copyOf(roots);
  }

  /** In the JWK set of an authorization server every key is of use {@code sig} (RFC 7517, 4.2). */
  private static byte[] jwks(List<KeptKey> keys) {
    ObjectNode set = JSON.createObjectNode();
    ArrayNode members = set.putArray("keys");
    published(keys, KeyUse.ACCESS_TOKEN, "sig").forEach(jwk -> members.add(jwk.toJson()));
    published(keys, KeyUse.JWT_SVID, "sig").forEach(jwk -> members.add(jwk.toJson()));
    try {
      return JSON.writeValueAsBytes(set);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Jwk> published(List<KeptKey> keys, KeyUse use, String word) {
    List<Jwk> published = new ArrayList<>();
    for (KeptKey kept : sorted(keys, use)) {
      SigningKey key = kept.key();
      if (key != null) {
        published.add(new Jwk(kept.id(), word, kept.algorithm(), key.publicKey(), null));
      }
    }
    return published;
  }

  private static List<KeptKey> sorted(List<KeptKey> keys, KeyUse use) {
    return keys.stream()
        .filter(key -> key.use() == use)
        .sorted(
            Comparator.comparing(KeptKey::publishedAt)
                .thenComparing(KeptKey::algorithm)
                .thenComparing(KeptKey::id))
        .toList();
  }
}

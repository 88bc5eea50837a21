package io.mintmark.keys;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.jose.Jwk;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.SignatureAlgorithm;
import java.security.cert.X509Certificate;
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
  final Map<SignatureAlgorithm, JwtKey> tokenKeys = new EnumMap<>(SignatureAlgorithm.class);
  final @Nullable JwtKey defaultTokenKey;
  final @Nullable JwtKey svidKey;
  final @Nullable Authority authority;
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

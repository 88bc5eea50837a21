package io.mintmark.jose;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.workload.Reason;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A JWK set (RFC 7517 section 5): keys of unknown type or use are left out, private and symmetric
 * keys make the set malformed.
 *
 * @param members the whole object, for members beside {@code keys}
 */
public record JwkSet(List<Jwk> keys, JsonNode members) {
  private static final int MAX_LENGTH = 1 << 20;
  private static final int MAX_KEYS = 1000;

  /** Members that only a private or a symmetric key has (RFC 7518 sections 6.2.2, 6.3.2, 6.4). */
  private static final List<String> PRIVATE = List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

  public JwkSet {
    keys = List.copyOf(keys);
  }

  /**
   * Parses at most 1 MiB and 1,000 keys. A broken key is left out and never loses the rest. Where
   * two different keys share a key ID, both are left out, since the ID no longer says which is
   * meant; the certificates of a SPIFFE bundle, which are not looked up by ID, stay.
   */
  public static JwkSet parse(byte[] json) throws MalformedJose {
    if (json.length > MAX_LENGTH) {
      throw malformed("the JWK set is larger than 1 MiB");
    }
    ObjectNode set = StrictJson.object(json, "the JWK set");
    JsonNode members = set.get("keys");
    if (members == null || !members.isArray()) {
      throw malformed("the JWK set has no array \"keys\"");
    }
    if (members.size() > MAX_KEYS) {
      throw malformed("the JWK set has more than " + MAX_KEYS + " keys");
    }
    List<Jwk> keys = new ArrayList<>(members.size());
    for (JsonNode member : members) {
      refusePrivate(member);
      JwkReader.read(member).ifPresent(keys::add);
    }
    return new JwkSet(unambiguous(keys), set);
  }

  /**
   * The set as it is published: the public members of the keys, and further members in their order.
   */
  public static byte[] toJson(List<Jwk> keys, Map<String, Long> members) {
    ObjectNode set = StrictJson.newObject();
    ArrayNode array = set.putArray("keys");
    keys.forEach(key -> array.add(key.toJson()));
    members.forEach(set::put);
    return StrictJson.bytes(set);
  }

  private static void refusePrivate(JsonNode member) throws MalformedJose {
    boolean symmetric = "oct".equals(member.path("kty").textValue());
    if (symmetric || PRIVATE.stream().anyMatch(member::has)) {
      throw malformed("the JWK set holds a private or symmetric key");
    }
  }

  private static List<Jwk> unambiguous(List<Jwk> keys) {
    Map<String, PublicKey> byId = new HashMap<>();
    Set<String> ambiguous = new HashSet<>();
    List<Jwk> kept = new ArrayList<>(keys.size());
    for (Jwk jwk : keys) {
      if (jwk.keyId() == null || "x509-svid".equals(jwk.use())) {
        continue;
      }
      PublicKey other = byId.putIfAbsent(jwk.keyId(), jwk.key());
      if (other != null && !other.equals(jwk.key())) {
        ambiguous.add(jwk.keyId());
      }
    }
    for (Jwk jwk : keys) {
      if (jwk.keyId() == null
          || "x509-svid".equals(jwk.use())
          || !ambiguous.contains(jwk.keyId())) {
        kept.add(jwk);
      }
    }
    return kept;
  }

  private static MalformedJose malformed(String message) {
    return new MalformedJose(Reason.EVIDENCE_MALFORMED, message);
  }
}

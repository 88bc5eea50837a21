package io.mintmark.jose;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * A JWK set (RFC 7517 section 5): keys of unknown type or use are left out, private and symmetric
 * keys make the set malformed.
 *
 * @param members the whole object, for members beside {@code keys}
 */
public record JwkSet(List<Jwk> keys, JsonNode members) {
  public JwkSet {
    keys = List.copyOf(keys);
  }

  /** Parses at most 1 MiB and 1,000 keys. */
  public static JwkSet parse(byte[] json) throws MalformedJose {
    throw new UnsupportedOperationException();
  }
}

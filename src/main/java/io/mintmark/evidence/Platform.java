package io.mintmark.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.jose.Claims;
import io.mintmark.jose.MalformedJose;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is particular to one platform's tokens. Signature, issuer, audience, times, pins and
 * identity are checked in one place for all of them.
 */
public interface Platform {
  /** The kind, whose word is the {@code type} of an Issuer document. */
  EvidenceKind kind();

  /** The placeholders that an identity may have, for messages. */
  Set<String> placeholders();

  /** Whether an identity may have this placeholder. */
  default boolean hasPlaceholder(String name) {
    return placeholders().contains(name);
  }

  /**
   * Placeholders whose values are unique only within something else, each with the placeholders and
   * pins that say within what. A name compared without its namespace or account would prove the
   * identity of the same name elsewhere (CVE-2025-11621).
   */
  default Map<String, Set<String>> qualifiers() {
    return Map.of();
  }

  /** The greatest age of a token unless its document says otherwise; null where there is none. */
  default @Nullable Duration maxAge() {
    return null;
  }

  /** Whether the platform can be asked about its tokens. */
  default boolean isReviewed() {
    return false;
  }

  /** The kinds of requests for certificates that the platform's own API holds. */
  default Set<EvidenceKind> requests() {
    return Set.of();
  }

  /** Whether a token with these claims ends with an object of the platform, such as a pod. */
  default boolean isBound(JsonNode claims) {
    return false;
  }

  /**
   * Reads the claims of a token whose signature, issuer, audience and times hold.
   *
   * @param pinned the names in {@code require}
   * @throws MalformedJose where a claim is missing or of a wrong type
   */
  Reading read(Claims claims, Set<String> pinned) throws MalformedJose;

  /** What became of reading a token. */
  sealed interface Reading {}

  /**
   * What a token says.
   *
   * @param attributes values are String, Boolean, Long, List or Map of these
   */
  record Facts(Map<String, Object> attributes, Placeholders values) implements Reading {
    public Facts {
      attributes = Map.copyOf(attributes);
    }
  }

  /** A token that is not what it should be; the detail is for operators and holds no token. */
  record Unfit(Reason reason, String detail) implements Reading {}

  /** The values of placeholders. */
  interface Placeholders {
    /** Null where the token has no such value. */
    @Nullable String value(String placeholder);
  }
}

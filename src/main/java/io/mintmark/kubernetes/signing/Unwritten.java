package io.mintmark.kubernetes.signing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Certificates that are on the record and whose request does not have them yet, since its status
 * could not be written: the next attempt writes the same one. A denial is for good, so it is not
 * kept: it is decided by what is known then.
 */
final class Unwritten {
  /** API servers take no certificate that begins more than five minutes ago. */
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final Map<String, Kept> kept = new ConcurrentHashMap<>();

  private record Kept(String version, Object policy, Desk.Answer answer, long since) {}

  /** Null where the request, or the policy that it was decided by, is another by now. */
  Desk.@Nullable Answer of(String key, ObjectNode request, Object policy) {
    Kept one = kept.get(key);
    return one != null
            && one.version().equals(version(request))
            && one.policy() == policy
            && System.nanoTime() - one.since() < LONGEST.toNanos()
        ? one.answer()
        : null;
  }

  /**
   * Keeps what is a certificate.
   *
   * @param policy as it was before the decision
   */
  void keep(String key, ObjectNode request, Object policy, Desk.Answer answer) {
    if (answer.issued()) {
      kept.put(key, new Kept(version(request), policy, answer, System.nanoTime()));
    }
  }

  void forget(String key) {
    kept.remove(key);
  }

  /** A cluster that was restored may count from an earlier version again, so the uid counts too. */
  private static String version(ObjectNode request) {
    var metadata = request.path("metadata");
    return metadata.path("uid").asText() + " " + metadata.path("resourceVersion").asText();
  }
}

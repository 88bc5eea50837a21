package io.mintmark.evidence;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks one platform whether it still honours tokens that it signed. */
public interface Reviewer extends AutoCloseable {
  /**
   * A known answer that is fresh enough, without waiting; null where the platform must be asked.
   */
  @Nullable Review known(String sha256, Instant now);

  /**
   * The known answer, or else the platform's. Waits, bounded in time: never called on an event
   * loop.
   */
  Review review(Question question, Instant now);

  @Override
  void close();

  /**
   * A token whose signature, issuer, audience and times hold.
   *
   * @param sha256 of the token, lower-case hex
   * @param facts what it says, as {@link Platform.Facts#attributes} has it
   */
  record Question(String token, String sha256, String audience, Map<String, Object> facts) {
    public Question {
      facts = Map.copyOf(facts);
    }

    @Override
    public String toString() {
      return "Question[" + sha256 + ", redacted]";
    }
  }
}

package io.mintmark.evidence.trust;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.evidence.Platform;
import io.mintmark.evidence.Review;
import io.mintmark.evidence.Reviewer;
import io.mintmark.jose.Jws;
import io.mintmark.workload.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which of an issuer's tokens the platform is asked about, and whom to ask.
 *
 * @param reviewer null where nobody is asked
 */
record ReviewTerms(Mode mode, @Nullable Reviewer reviewer) {
  static final ReviewTerms OFFLINE = new ReviewTerms(Mode.NEVER, null);

  /** An answer that ends this soon is asked for again, so that none ends on an event loop. */
  private static final Duration SOON = Duration.ofSeconds(1);

  /** The values of {@code review}. */
  enum Mode {
    ALWAYS,
    /** Only tokens that end with an object of the platform, such as a pod. */
    BOUND,
    NEVER
  }

  boolean mayWait(Platform platform, Jws jws, Instant now) {
    Reviewer asked = asked(platform, jws.claims());
    return asked != null && asked.known(jws.sha256(), now.plus(SOON)) == null;
  }

  /** The last check of all but single use; null where the mode asks nobody about this token. */
  @Nullable Review review(
      Platform platform,
      JsonNode claims,
      Reviewer.Question question,
      BooleanSupplier mayBlock,
      Instant now) {
    Reviewer asked = asked(platform, claims);
    if (asked == null) {
      return null;
    }
    if (mayBlock.getAsBoolean()) {
      return asked.review(question, now);
    }
    Review known = asked.known(question.sha256(), now);
    return known == null
        ? new Review.Unavailable("the platform's answer was forgotten on the way")
        : known;
  }

  private @Nullable Reviewer asked(Platform platform, JsonNode claims) {
    return switch (mode) {
      case ALWAYS -> reviewer;
      case BOUND -> platform.isBound(claims) ? reviewer : null;
      case NEVER -> null;
    };
  }

  /** What operators must know of a proof that held. */
  static String told(@Nullable Review review, Instant ends) {
    return switch (review) {
      case Review.Confirmed confirmed -> "confirmed by the platform at " + confirmed.at();
      case Review.Rejected(Reason _, String detail) -> detail;
      case Review.Crowded(String detail) -> detail;
      case Review.Unavailable(String detail) -> detail;
      case null ->
          "not asked for: were what it is bound to deleted, the token would still work until "
              + ends;
    };
  }
}

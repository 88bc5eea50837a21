package io.mintmark.evidence.kubernetes;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The status of a TokenReview (authentication.k8s.io/v1), as an API server answered it.
 *
 * @param error why the server could not tell, or will not have it; null where it says nothing
 * @param audiences those of the ones asked for that the token is good for; empty for a server that
 *     knows nothing of audiences
 */
public record TokenReviewStatus(
    boolean authenticated,
    @Nullable String error,
    List<String> audiences,
    @Nullable String username,
    @Nullable String uid,
    Map<String, List<String>> extra) {
  public TokenReviewStatus {
    audiences = List.copyOf(audiences);
    extra = Map.copyOf(extra);
  }
}

package io.mintmark.kubernetes.review;

import io.mintmark.evidence.ReviewOrigin;
import io.mintmark.evidence.Reviewer;
import io.mintmark.evidence.Reviewers;
import io.mintmark.kubernetes.ClusterApi;
import java.io.IOException;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the reviewers that Issuer documents describe. */
public final class ClusterReviewers implements Reviewers {
  private final OwnCluster own;
  private final Function<String, Supplier<@Nullable String>> tokens;
  private final ReviewListener listener;
  private final InstantSource clock;

  /** The cluster that the broker runs in, opened when the first document wants it. */
  @FunctionalInterface
  public interface OwnCluster {
    /** Not closed by whoever asks for it; the exception has a sentence for the operator. */
    ClusterApi open() throws IOException;
  }

  /**
   * @param tokens how the bearer tokens in files are read, by the file's name in a document
   */
  public ClusterReviewers(
      OwnCluster own,
      Function<String, Supplier<@Nullable String>> tokens,
      ReviewListener listener,
      InstantSource clock) {
    this.own = own;
    this.tokens = tokens;
    this.listener = listener;
    this.clock = clock;
  }

  @Override
  public Reviewer open(ReviewOrigin origin) {
    return new ClusterReviewer(
        origin.issuer(), server(origin), listener, clock, ClusterReviewer.Limits.DEFAULT);
  }

  private Asking server(ReviewOrigin origin) {
    ReviewOrigin.Server other = origin.server();
    try {
      if (other == null) {
        return new ApiServer(own.open().client(), origin.wanted(), clock, () -> {});
      }
      ClusterApi api =
          ClusterApi.at(other.url(), other.authorities(), tokens.apply(other.tokenFile()));
      return new ApiServer(api.client(), origin.wanted(), clock, api::close);
    } catch (IOException unusable) {
      throw new IllegalArgumentException(String.valueOf(unusable.getMessage()), unusable);
    }
  }
}

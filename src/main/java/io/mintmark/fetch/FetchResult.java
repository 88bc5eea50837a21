package io.mintmark.fetch;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of a fetch; whatever a remote server does is a result and never an exception. */
public sealed interface FetchResult {
  /**
   * A complete response of status 200.
   *
   * @param maxAge {@code Cache-Control: max-age}; null where the response does not say
   */
  @SuppressWarnings("ArrayRecordComponent") // a result is read once, never compared
  record Fetched(byte[] body, @Nullable Duration maxAge) implements FetchResult {
    @Override
    public String toString() {
      return "Fetched[" + body.length + " bytes]";
    }
  }

  /** Nothing usable; the detail is for operators and repeats nothing that the server sent. */
  record Failed(FetchFailure failure, String detail) implements FetchResult {}
}

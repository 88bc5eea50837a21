package io.mintmark.sidecar.held;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** No credential was had: there was no proof, or the broker said no, was away or spoke nonsense. */
public final class NotObtained extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final @Nullable Duration retryAfter;

  /**
   * @param reason the broker's, or {@code proof-unavailable}, {@code broker-unreachable}, {@code
   *     broker-untrusted}, {@code broker-answer}
   * @param message one sentence without any secret
   * @param retryAfter how long the broker wants to be left alone; null where it did not say
   */
  public NotObtained(String reason, String message, @Nullable Duration retryAfter) {
    super(message);
    this.reason = reason;
    this.retryAfter = retryAfter;
  }

  public String reason() {
    return reason;
  }

  public String message() {
    return String.valueOf(getMessage());
  }

  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}

package io.mintmark.sidecar.broker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The broker gave no credential: it said no, or could not be reached, or answered nonsense. */
public final class BrokerRefused extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final @Nullable Duration retryAfter;

  /**
   * @param reason the broker's, or {@code broker-unreachable}, {@code broker-untrusted}, {@code
   *     broker-answer}
   * @param message one sentence without any secret
   * @param retryAfter how long the broker wants to be left alone; null where it did not say
   */
  public BrokerRefused(String reason, String message, @Nullable Duration retryAfter) {
    super(message);
    this.reason = reason;
    this.retryAfter = retryAfter;
  }

  public String reason() {
    return reason;
  }

  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}

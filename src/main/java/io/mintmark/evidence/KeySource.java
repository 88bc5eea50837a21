package io.mintmark.evidence;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one trust domain or of one issuer, kept fresh in the background and never merged with
 * another's.
 *
 * @param <T> a {@code Bundle} or a {@code JwkSet}
 */
public interface KeySource<T> extends AutoCloseable {
  /**
   * The newest good keys, without waiting; null where there are none or they are older than
   * allowed.
   */
  @Nullable T current(Instant now);

  /**
   * Whether {@link #refreshed} would fetch now: false while the last attempt is too recent, so that
   * tokens with invented key IDs cannot make us fetch.
   */
  boolean mayRefresh(Instant now);

  /**
   * Fetches once for all who wait, bounded in time, and returns what is current then; null also
   * where too many wait already. Must not be called on an event loop.
   */
  @Nullable T refreshed(Instant now);

  /** When the current keys were last known to be good; null where never. */
  @Nullable Instant lastGood();

  /** What operators must know of the last attempt or of its keys; null where all is well. */
  @Nullable String lastError();

  /**
   * Ends all fetches; there are no keys from then on, for whoever still holds the source either.
   */
  @Override
  void close();
}

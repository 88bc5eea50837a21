package io.mintmark.evidence;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Gets keys from where they come from; may wait, bounded in time.
 *
 * @param <T> a {@code Bundle} or a {@code JwkSet}
 */
@FunctionalInterface
public interface KeyLoader<T> {
  /**
   * Gets the keys once; called by one thread at a time.
   *
   * @param learned the keys that were learned last, which may be too old to be believed; null where
   *     there are none
   */
  Loaded<T> load(@Nullable T learned);

  /**
   * Told before the keys that it loaded last come into force; not where nobody wants them any more.
   * Throws {@link UnusableKeys}, with a sentence for operators, where they must not.
   */
  default void taking() throws UnusableKeys {}

  /** What became of it. */
  sealed interface Loaded<T> {
    /**
     * Keys, with the bytes that {@link KeyFormat#parse} makes them from.
     *
     * @param refreshAfter when the source says that it should be asked again; null where it does
     *     not
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    record Fresh<T>(T keys, byte[] bytes, @Nullable Duration refreshAfter) implements Loaded<T> {}

    /** The keys that were loaded last are still what the source has. */
    record Unchanged<T>() implements Loaded<T> {}

    /** No keys; the sentence is for operators. */
    record Failed<T>(String error) implements Loaded<T> {}
  }
}

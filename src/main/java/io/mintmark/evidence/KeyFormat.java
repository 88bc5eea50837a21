package io.mintmark.evidence;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How keys of one kind are read and compared.
 *
 * @param <T> a {@code Bundle} or a {@code JwkSet}
 */
public interface KeyFormat<T> {
  /** Reads keys; refuses bytes that must not replace good keys. */
  T parse(byte[] bytes) throws UnusableKeys;

  /** Why {@code newer} may not replace {@code older}; null where it may. */
  default @Nullable String objection(T newer, T older) {
    return null;
  }

  /** What operators must know of keys that are in force; null where there is nothing. */
  default @Nullable String warning(T keys) {
    return null;
  }

  /** When the keys themselves say that they should be asked for again; null where they do not. */
  default @Nullable Duration refreshHint(T keys) {
    return null;
  }
}

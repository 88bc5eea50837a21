package io.mintmark.keys;

import java.util.Optional;

/** Where a key is in its life. A key that is gone has no state: it is no longer kept. */
public enum KeyState {
  /** Published and signing nothing yet, so that verifiers have it before they meet it. */
  PREPARED("prepared"),
  /** Published and signing. */
  ACTIVE("active"),
  /** Published until the last thing it signed has expired. */
  RETIRING("retiring");

  private final String word;

  KeyState(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }

  public static Optional<KeyState> ofWord(String word) {
    for (KeyState state : values()) {
      if (state.word.equals(word)) {
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return word;
  }
}

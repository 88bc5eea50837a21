package io.mintmark.keys;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a key signs. No key has two uses. */
public enum KeyUse {
  ACCESS_TOKEN("access-token", "at+jwt"),
  JWT_SVID("jwt-svid", "JWT"),
  X509_AUTHORITY("x509-authority", null),
  CHECKPOINT("checkpoint", null);

  private final String word;
  private final @Nullable String tokenType;

  KeyUse(String word, @Nullable String tokenType) {
    this.word = word;
    this.tokenType = tokenType;
  }

  public String word() {
    return word;
  }

  /** The {@code typ} header of the tokens that such a key signs; null where it signs no tokens. */
  @Nullable String tokenType() {
    return tokenType;
  }

  public static Optional<KeyUse> ofWord(String word) {
    for (KeyUse use : values()) {
      if (use.word.equals(word)) {
        return Optional.of(use);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return word;
  }
}

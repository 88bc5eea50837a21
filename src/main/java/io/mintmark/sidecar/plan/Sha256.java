package io.mintmark.sidecar.plan;

import io.mintmark.jose.Crypto;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What binds a file to its content: it stands where whoever may change the file cannot change it.
 *
 * @param hex of the whole file, in lower case
 */
public record Sha256(String hex) {
  /** Throws {@link IllegalArgumentException} where it is none. */
  public Sha256 {
    if (!hex.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("a SHA-256 is 64 digits in lower-case hexadecimal");
    }
  }

  public static Sha256 of(byte[] content) {
    return new Sha256(HexFormat.of().formatHex(Crypto.sha256(content)));
  }

  /** Why a content is not the one that is bound, in a sentence; null where it is, or none is. */
  public static @Nullable String objection(@Nullable Sha256 bound, byte[] content) {
    Sha256 found = of(content);
    return bound == null || bound.equals(found)
        ? null
        : "is another than it is bound to: its SHA-256 is \"%s\", not \"%s\""
            .formatted(found, bound);
  }

  @Override
  public String toString() {
    return hex;
  }
}

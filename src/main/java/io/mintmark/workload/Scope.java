package io.mintmark.workload;

/**
 * One OAuth scope token: 1 to 256 printable ASCII characters without space, quote and backslash
 * (RFC 6749 section 3.3).
 */
public record Scope(String value) implements Comparable<Scope> {
  private static final int MAX_LENGTH = 256;

  public Scope {
    if (value.isEmpty() || value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("scope must have 1 to 256 characters");
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= ' ' || c > '~' || c == '"' || c == '\\') {
        throw new IllegalArgumentException(
            "scope has a character that RFC 6749 section 3.3 does not allow");
      }
    }
  }

  @Override
  public int compareTo(Scope other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}

package io.mintmark.workload;

/**
 * A SPIFFE trust domain name: 1 to 255 characters of {@code a-z 0-9 . - _} (SPIFFE-ID section 2.1).
 */
public record TrustDomain(String name) {
  private static final int MAX_LENGTH = 255;

  public TrustDomain {
    if (name.isEmpty() || name.length() > MAX_LENGTH) {
      throw new MalformedWorkloadId("trust domain name must have 1 to 255 characters");
    }
    for (int i = 0; i < name.length(); i++) {
      if (!isNameCharacter(name.charAt(i))) {
        throw new MalformedWorkloadId("trust domain name has a character other than a-z 0-9 . - _");
      }
    }
  }

  /** The SPIFFE ID of the trust domain itself, which has no path. */
  public String uri() {
    return WorkloadId.SCHEME + name;
  }

  @Override
  public String toString() {
    return name;
  }

  private static boolean isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  }
}

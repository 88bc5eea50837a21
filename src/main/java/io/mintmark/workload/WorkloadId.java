package io.mintmark.workload;

/**
 * A workload's SPIFFE ID (SPIFFE-ID section 2): at most 2048 bytes, a path of one or more segments
 * of {@code A-Z a-z 0-9 . - _}, none of them empty, {@code .} or {@code ..}, no trailing slash.
 *
 * @param path begins with {@code /}
 */
public record WorkloadId(TrustDomain trustDomain, String path) {
  static final String SCHEME = "spiffe://";
  private static final int MAX_LENGTH = 2048;

  public WorkloadId {
    if (SCHEME.length() + trustDomain.name().length() + path.length() > MAX_LENGTH) {
      throw new MalformedWorkloadId("SPIFFE ID is longer than 2048 bytes");
    }
    checkPath(path);
  }

  /** Parses {@code spiffe://trust-domain/path}; throws {@link MalformedWorkloadId}. */
  public static WorkloadId parse(String uri) {
    if (uri.length() > MAX_LENGTH) {
      throw new MalformedWorkloadId("SPIFFE ID is longer than 2048 bytes");
    }
    if (!uri.startsWith(SCHEME)) {
      throw new MalformedWorkloadId("SPIFFE ID does not begin with spiffe://");
    }
    int slash = uri.indexOf('/', SCHEME.length());
    if (slash < 0) {
      throw new MalformedWorkloadId(
          "SPIFFE ID has no path, so it names a trust domain, not a workload");
    }
    return new WorkloadId(
        new TrustDomain(uri.substring(SCHEME.length(), slash)), uri.substring(slash));
  }

  /**
   * Whether {@code text} may stand as one path segment, so that nothing in it can widen an
   * identity.
   */
  public static boolean isSegment(String text) {
    return isSegment(text, 0, text.length());
  }

  private static boolean isSegment(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!isSegmentCharacter(text.charAt(i))) {
        return false;
      }
    }
    return switch (to - from) {
      case 0 -> false;
      case 1 -> text.charAt(from) != '.';
      case 2 -> text.charAt(from) != '.' || text.charAt(from + 1) != '.';
      default -> true;
    };
  }

  public String uri() {
    return SCHEME + trustDomain.name() + path;
  }

  @Override
  public String toString() {
    return uri();
  }

  private static void checkPath(String path) {
    if (path.isEmpty() || path.charAt(0) != '/') {
      throw new MalformedWorkloadId("SPIFFE ID path does not begin with /");
    }
    int start = 1;
    while (start <= path.length()) {
      int end = path.indexOf('/', start);
      if (end < 0) {
        end = path.length();
      }
      if (!isSegment(path, start, end)) {
        throw new MalformedWorkloadId(
            "SPIFFE ID path has a segment that is empty, . or .., or has a character other than A-Z"
                + " a-z 0-9 . - _");
      }
      start = end + 1;
    }
  }

  private static boolean isSegmentCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '-'
        || c == '_';
  }
}

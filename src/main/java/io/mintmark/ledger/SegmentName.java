package io.mintmark.ledger;

/** The files of one segment, named by the {@code seq} of its first record. */
record SegmentName(long first) {
  private static final int DIGITS = 20;
  private static final String ZEROS = "0".repeat(DIGITS);
  private static final String LINES = ".jsonl";
  private static final String PACKED = ".jsonl.gz";
  private static final String HASHES = ".hashes";
  private static final String INDEX = ".index";

  /** The records, one a line. */
  String lines() {
    return stem() + LINES;
  }

  /** The records of a closed segment in gzip blocks, which takes the place of {@link #lines}. */
  String packed() {
    return stem() + PACKED;
  }

  /** Where the records of an id stand in a closed segment. */
  String index() {
    return stem() + INDEX;
  }

  /** The leaf hashes of a closed segment, 32 bytes each; stays when the lines are dropped. */
  String hashes() {
    return stem() + HASHES;
  }

  /** The right edge of the tree before the segment's first record. */
  String edge() {
    return stem() + ".edge";
  }

  private String stem() {
    String digits = Long.toString(first);
    return ZEROS.substring(digits.length()) + digits;
  }

  static boolean isLines(String file) {
    return isOf(file, LINES);
  }

  static boolean isPacked(String file) {
    return isOf(file, PACKED);
  }

  static boolean isHashes(String file) {
    return isOf(file, HASHES);
  }

  private static boolean isOf(String file, String suffix) {
    return file.length() == DIGITS + suffix.length()
        && file.endsWith(suffix)
        && file.charAt(0) == '0'
        && file.chars().limit(DIGITS).allMatch(c -> c >= '0' && c <= '9');
  }

  static SegmentName of(String file) {
    return new SegmentName(Long.parseLong(file.substring(0, DIGITS)));
  }
}

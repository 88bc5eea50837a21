package io.mintmark.sidecar.proxy;

/**
 * How much a proxy keeps of what callers sent, all of them together: many that each keep what one
 * may would fill the heap. On one event loop.
 */
final class Budget {
  /** A sixth of the sidecar's heap. */
  static final int BYTES = 8 << 20;

  private int left = BYTES;

  /** Takes some; false where there is not as much. */
  boolean take(int bytes) {
    if (bytes > left) {
      return false;
    }
    left -= bytes;
    return true;
  }

  void give(int bytes) {
    left += bytes;
  }

  /** In bytes. */
  int left() {
    return left;
  }
}

package io.mintmark.sidecar.files;

/** A file cannot be made of what is there now. */
final class NotWritable extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one sentence without any secret
   */
  NotWritable(String message) {
    super(message);
  }
}

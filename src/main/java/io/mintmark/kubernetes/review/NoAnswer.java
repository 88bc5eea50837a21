package io.mintmark.kubernetes.review;

/** An API server that gave no answer that can be used; the message is for operators. */
final class NoAnswer extends Exception {
  private static final long serialVersionUID = 1L;

  NoAnswer(String message) {
    super(message, null, false, false);
  }

  String sentence() {
    return String.valueOf(getMessage());
  }
}

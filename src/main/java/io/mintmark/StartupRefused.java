package io.mintmark;

/** The broker does not start; the message is one sentence for the operator that says what to do. */
final class StartupRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StartupRefused(String message) {
    super(message, null, false, false);
  }

  StartupRefused(String message, Throwable cause) {
    super(message, cause);
  }
}

package io.mintmark.policy;

import java.util.Locale;

/** What a resource's owner asks of the binding of its tokens to a key. */
enum Binding {
  ANY,
  REQUIRED,
  MTLS,
  DPOP;

  /** Whether a token for a caller with or without a client certificate meets it. */
  boolean metBy(boolean certificate) {
    return switch (this) {
      case ANY -> true;
      case REQUIRED, MTLS -> certificate;
      case DPOP -> false;
    };
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package io.mintmark.api;

/** How evidence was presented: the OAuth error code of a bad proof depends on it. */
public enum Presentation {
  /**
   * As the client's authentication: an assertion, a client certificate, or evidence in JSON (RFC
   * 6749 section 5.2, {@code invalid_client}).
   */
  CLIENT,
  /** As the grant itself (RFC 7523 section 3.1, {@code invalid_grant}). */
  GRANT,
  /** As the subject token of a token exchange (RFC 8693 section 2.2.2, {@code invalid_request}). */
  SUBJECT_TOKEN,
  /** In a way that no grant type of ours knows (RFC 6749 section 5.2). */
  UNKNOWN_GRANT
}

package io.mintmark.spiffe;

/** Bytes that are no X.509 certificates, or too many; the message holds none of them. */
public final class MalformedCertificate extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedCertificate(String message) {
    super(message, null, false, false);
  }
}

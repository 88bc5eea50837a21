package io.mintmark.fetch;

import java.security.cert.CertificateException;

/** A server certificate that a {@link TlsTrust.Peer} refuses; the message is for operators. */
public final class UntrustedPeer extends CertificateException {
  private static final long serialVersionUID = 1L;

  public UntrustedPeer(String message) {
    super(message);
  }
}

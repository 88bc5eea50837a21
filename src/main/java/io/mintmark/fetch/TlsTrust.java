package io.mintmark.fetch;

import javax.net.ssl.X509ExtendedTrustManager;

/** Which server certificates are believed. */
public sealed interface TlsTrust {
  /** The roots of the Java installation; the certificate must be for the host name. */
  record SystemRoots() implements TlsTrust {}

  /**
   * Only the PEM certificates of a file, read at each fetch; the certificate must be for the host
   * name.
   */
  record CaFile(LocalFile file) implements TlsTrust {}

  /**
   * A check of its own in place of roots and host name, as SPIFFE needs (SPIFFE Federation section
   * 5.2.2); it refuses with {@link UntrustedPeer} to have its sentence shown.
   */
  record Peer(X509ExtendedTrustManager check) implements TlsTrust {}
}

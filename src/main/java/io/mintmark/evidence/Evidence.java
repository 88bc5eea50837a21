package io.mintmark.evidence;

import java.security.cert.X509Certificate;
import java.util.List;

/** Evidence as a caller presents it: a claim, until the {@link Attestor} has said otherwise. */
public sealed interface Evidence {
  /** A JWT-SVID in compact form. */
  record JwtSvid(String token) implements Evidence {
    @Override
    public String toString() {
      return "JwtSvid[redacted]";
    }
  }

  /**
   * The client certificate chain of the connection, leaf first; TLS has shown possession of the
   * key.
   */
  record X509Svid(List<X509Certificate> chain) implements Evidence {
    public X509Svid {
      chain = List.copyOf(chain);
    }
  }

  /**
   * A platform's JWT: Kubernetes, GitHub, GitLab or any OIDC issuer. Its issuer picks the Issuer
   * document.
   */
  record PlatformToken(String token) implements Evidence {
    @Override
    public String toString() {
      return "PlatformToken[redacted]";
    }
  }

  /**
   * A proof sent over a connection with a client certificate: both must hold and agree on the
   * identity, and what is struck is bound to the certificate.
   */
  record Bound(Evidence proof, X509Svid holder) implements Evidence {}
}

package io.mintmark.sidecar.proof;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/** Proof of where this workload runs, as it is presented to the broker. */
public sealed interface Proof {
  /** A SPIFFE JWT-SVID in compact form. */
  record JwtSvid(String token) implements Proof {
    @Override
    public String toString() {
      return "JwtSvid[redacted]";
    }
  }

  /**
   * A platform's JWT.
   *
   * @param kind {@code kubernetes}, {@code github}, {@code gitlab} or {@code oidc}; empty where the
   *     broker is to tell by the issuer
   */
  record PlatformToken(String kind, String token) implements Proof {
    @Override
    public String toString() {
      return "PlatformToken[" + kind + ", redacted]";
    }
  }

  /** An X.509-SVID and its key, shown by mutual TLS. */
  record X509Svid(List<X509Certificate> chain, PrivateKey key) implements Proof {
    public X509Svid {
      chain = List.copyOf(chain);
    }

    @Override
    public String toString() {
      return "X509Svid[redacted]";
    }
  }
}

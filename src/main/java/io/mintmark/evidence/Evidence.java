package io.mintmark.evidence;

import io.mintmark.workload.EvidenceKind;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

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
   * A request for a certificate, and what the API server that holds it says of who made it. It is
   * believed for where it was read, so only whoever reads it from the API server itself constructs
   * one (a test holds that), and no listener takes it.
   *
   * @param kind {@code pod-certificate} or {@code kubernetes-csr}
   * @param facts by the names that tokens of service accounts have as attributes
   * @param sha256 of the request's own bytes, lower-case hex
   * @param lifetime the longest that the request allows
   */
  record ClusterRequest(
      EvidenceKind kind,
      Map<String, String> facts,
      String sha256,
      Instant createdAt,
      Duration lifetime)
      implements Evidence {
    public ClusterRequest {
      facts = Map.copyOf(facts);
    }
  }

  /**
   * A proof sent over a connection with a client certificate: both must hold and agree on the
   * identity, and what is struck is bound to the certificate.
   */
  record Bound(Evidence proof, X509Svid holder) implements Evidence {}
}

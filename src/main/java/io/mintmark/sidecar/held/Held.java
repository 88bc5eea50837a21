package io.mintmark.sidecar.held;

import io.mintmark.workload.Scope;
import io.mintmark.workload.WorkloadId;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** A credential as the broker struck it, checked for whom and until when. */
public sealed interface Held {
  /** Whom it is for. */
  WorkloadId workload();

  /** When it was obtained. */
  Instant obtainedAt();

  /** The first instant at which it must not be used. */
  Instant expiresAt();

  /** The broker's name for the record of its decision. */
  String decisionId();

  /**
   * An access token or a JWT-SVID.
   *
   * @param value the compact JWT
   * @param scopes what was granted; empty for a JWT-SVID
   */
  record Token(
      WorkloadId workload,
      String value,
      Set<Scope> scopes,
      Instant obtainedAt,
      Instant expiresAt,
      String decisionId)
      implements Held {
    public Token {
      scopes = Set.copyOf(scopes);
    }

    @Override
    public String toString() {
      return "Token[" + workload + " until " + expiresAt + ", redacted]";
    }
  }

  /**
   * An X.509-SVID.
   *
   * @param chain leaf first, without the root
   */
  record Certificate(
      WorkloadId workload,
      List<X509Certificate> chain,
      PrivateKey key,
      Instant obtainedAt,
      Instant expiresAt,
      String decisionId)
      implements Held {
    public Certificate {
      chain = List.copyOf(chain);
    }

    @Override
    public String toString() {
      return "Certificate[" + workload + " until " + expiresAt + ", redacted]";
    }
  }
}

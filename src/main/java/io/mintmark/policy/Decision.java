package io.mintmark.policy;

import io.mintmark.workload.Ask;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.CredentialKind;
import io.mintmark.workload.Reason;
import io.mintmark.workload.Scope;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.WorkloadId;
import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A decision. Only this room constructs a {@link Grant} (a test holds that). */
public sealed interface Decision {
  /** The digest of the policy that decided. */
  String policyVersion();

  /**
   * Leave to strike one credential.
   *
   * @param expiresAt the latest end that evidence, grants and resource allow
   * @param grants the names of all grants that gave something, sorted
   */
  record Grant(
      AttestedWorkload workload,
      Ask ask,
      Terms terms,
      Instant decidedAt,
      Instant expiresAt,
      List<String> grants,
      String policyVersion)
      implements Decision {
    public Grant {
      grants = List.copyOf(grants);
    }
  }

  /** A refusal by policy; the detail is for operators. */
  record Denial(Reason reason, String detail, String policyVersion) implements Decision {}

  /** What exactly may be struck. */
  sealed interface Terms {
    CredentialKind kind();
  }

  /**
   * An RFC 9068 access token.
   *
   * @param resource the Resource document's name
   * @param certificateThumbprint the certificate that the token is bound to; null for a bearer
   *     token
   * @param signing the algorithm that the resource wants; null for the broker's default
   */
  record AccessToken(
      String resource,
      String audience,
      Set<Scope> scopes,
      @Nullable String certificateThumbprint,
      @Nullable SignatureAlgorithm signing)
      implements Terms {
    public AccessToken {
      scopes = Set.copyOf(scopes);
    }

    @Override
    public CredentialKind kind() {
      return CredentialKind.ACCESS_TOKEN;
    }
  }

  /** A JWT-SVID in the broker's own trust domain. */
  record JwtSvid(WorkloadId id, Set<String> audiences) implements Terms {
    public JwtSvid {
      audiences = Set.copyOf(audiences);
    }

    @Override
    public CredentialKind kind() {
      return CredentialKind.JWT_SVID;
    }
  }

  /** An X.509-SVID in the broker's own trust domain. */
  record X509Svid(WorkloadId id, PublicKey key, List<String> dnsNames, @Nullable String commonName)
      implements Terms {
    public X509Svid {
      dnsNames = List.copyOf(dnsNames);
    }

    @Override
    public CredentialKind kind() {
      return CredentialKind.X509_SVID;
    }
  }
}

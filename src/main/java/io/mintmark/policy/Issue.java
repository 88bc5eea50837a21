package io.mintmark.policy;

import io.mintmark.workload.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one grant gives. */
sealed interface Issue {
  Duration lifetime();

  /** An access token for a resource. */
  record Token(ResourceTerms resource, Set<Scope> scopes, Duration lifetime) implements Issue {
    public Token {
      scopes = Set.copyOf(scopes);
    }
  }

  /** An SVID. */
  sealed interface Svid extends Issue {
    IdentityTemplate id();

    boolean outlivesEvidence();
  }

  /** A JWT-SVID. */
  record Jwt(
      IdentityTemplate id, Set<String> audiences, Duration lifetime, boolean outlivesEvidence)
      implements Svid {
    public Jwt {
      audiences = Set.copyOf(audiences);
    }
  }

  /** An X.509-SVID. */
  record X509(
      IdentityTemplate id,
      List<String> dnsNames,
      @Nullable String commonName,
      Duration lifetime,
      boolean outlivesEvidence)
      implements Svid {
    public X509 {
      dnsNames = List.copyOf(dnsNames);
    }
  }
}

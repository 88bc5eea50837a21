package io.mintmark.sidecar.held;

import io.mintmark.workload.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A credential to ask the broker for; equal ones are obtained and renewed once. */
public sealed interface Wanted {
  /** The lifetime to ask for; null for as long as is granted. */
  @Nullable Duration lifetime();

  /**
   * An OAuth access token.
   *
   * @param resource the audience of the one resource that it is for
   * @param scopes empty for all that is granted
   */
  record AccessToken(String resource, Set<Scope> scopes, @Nullable Duration lifetime)
      implements Wanted {
    public AccessToken {
      scopes = Set.copyOf(scopes);
    }
  }

  /** A JWT-SVID for one or more audiences. */
  record JwtSvid(List<String> audiences, @Nullable Duration lifetime) implements Wanted {
    public JwtSvid {
      audiences = List.copyOf(audiences);
    }
  }

  /** An X.509-SVID; its key is made here and never leaves but to who may have it. */
  record X509Svid(KeyKind key, @Nullable Duration lifetime) implements Wanted {}

  /** The kinds of key pair that the sidecar makes. */
  enum KeyKind {
    EC_P256,
    EC_P384,
    RSA_2048
  }
}

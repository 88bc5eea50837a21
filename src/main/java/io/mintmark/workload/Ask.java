package io.mintmark.workload;

import java.net.InetAddress;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a workload asks for, as claimed: nothing here is proved.
 *
 * @param lifetime the lifetime asked for; null means as long as is granted
 * @param source the address the request came from
 * @param traceparent the W3C trace context of the request; null where there was none
 */
public record Ask(
    Wanted wanted,
    @Nullable Duration lifetime,
    Delegation delegation,
    InetAddress source,
    @Nullable String traceparent) {

  /** The credential wanted. */
  public sealed interface Wanted {
    CredentialKind kind();
  }

  /**
   * An access token for one resource.
   *
   * @param target the resource's audience, byte by byte as its document has it
   * @param scopes empty means all that is granted
   */
  public record AccessToken(String target, Set<Scope> scopes) implements Wanted {
    public AccessToken {
      scopes = Set.copyOf(scopes);
    }

    @Override
    public CredentialKind kind() {
      return CredentialKind.ACCESS_TOKEN;
    }
  }

  /** A JWT-SVID for these audiences, at least one. */
  public record JwtSvid(Set<String> audiences) implements Wanted {
    public JwtSvid {
      audiences = Set.copyOf(audiences);
    }

    @Override
    public CredentialKind kind() {
      return CredentialKind.JWT_SVID;
    }
  }

  /** An X.509-SVID for a key whose possession the caller has shown by a signed CSR. */
  public record X509Svid(PublicKey key) implements Wanted {
    @Override
    public CredentialKind kind() {
      return CredentialKind.X509_SVID;
    }
  }
}

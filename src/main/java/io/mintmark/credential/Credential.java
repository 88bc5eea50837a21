package io.mintmark.credential;

import io.mintmark.policy.Decision;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** A struck credential. Only this room constructs one (a test holds that). */
public sealed interface Credential {
  Decision.Grant grant();

  /** {@code jti} of a token, lower-case hex serial number of a certificate. */
  String serial();

  Instant expiresAt();

  /** An RFC 9068 access token in compact form. */
  record AccessToken(Decision.Grant grant, String serial, Instant expiresAt, String token)
      implements Credential {
    @Override
    public String toString() {
      return "AccessToken[" + serial + ", redacted]";
    }
  }

  /** A JWT-SVID in compact form. */
  record JwtSvid(Decision.Grant grant, String serial, Instant expiresAt, String token)
      implements Credential {
    @Override
    public String toString() {
      return "JwtSvid[" + serial + ", redacted]";
    }
  }

  /**
   * An X.509-SVID.
   *
   * @param encodedChain in DER, leaf first, without the root
   * @param authorities the roots that the chain ends at, for the caller's trust store
   */
  record X509Svid(
      Decision.Grant grant,
      String serial,
      Instant expiresAt,
      List<byte[]> encodedChain,
      List<X509Certificate> authorities)
      implements Credential {
    public X509Svid {
      encodedChain = List.copyOf(encodedChain);
      authorities = List.copyOf(authorities);
    }

    /** The chain, parsed anew; leaf first, without the root. */
    public List<X509Certificate> chain() {
      return LeafCertificates.parse(encodedChain);
    }
  }
}

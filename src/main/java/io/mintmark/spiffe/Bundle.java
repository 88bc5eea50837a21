package io.mintmark.spiffe;

import io.mintmark.jose.Jwk;
import io.mintmark.workload.TrustDomain;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The trust bundle of one trust domain (SPIFFE Trust Domain and Bundle section 4).
 *
 * @param jwtAuthorities keys of use {@code jwt-svid}, each with a key ID
 * @param sequence {@code spiffe_sequence}; null where the bundle does not say
 * @param refreshHint {@code spiffe_refresh_hint}; null where the bundle does not say
 */
public record Bundle(
    TrustDomain trustDomain,
    List<X509Certificate> x509Authorities,
    List<Jwk> jwtAuthorities,
    @Nullable Long sequence,
    @Nullable Duration refreshHint) {
  public Bundle {
    x509Authorities = List.copyOf(x509Authorities);
    jwtAuthorities = List.copyOf(jwtAuthorities);
  }

  /**
   * Parses a SPIFFE bundle in JSON; keys of unknown type or use are ignored, one broken key never
   * loses the rest.
   */
  public static Bundle parse(TrustDomain trustDomain, byte[] json) throws MalformedBundle {
    throw new UnsupportedOperationException();
  }

  /** The bundle in JSON, as a bundle endpoint serves it. */
  public byte[] toJson() {
    throw new UnsupportedOperationException();
  }
}

package io.mintmark.spiffe;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.jose.Jwk;
import io.mintmark.jose.JwkSet;
import io.mintmark.jose.MalformedJose;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The trust bundle of one trust domain (SPIFFE Trust Domain and Bundle section 4).
 *
 * @param x509Authorities certificates that may sign X.509-SVIDs
 * @param jwtAuthorities keys of use {@code jwt-svid}, each with a key ID
 * @param sequence {@code spiffe_sequence}; null where the bundle does not say
 * @param refreshHint {@code spiffe_refresh_hint}; null where the bundle does not say, or says zero
 */
public record Bundle(
    TrustDomain trustDomain,
    List<X509Certificate> x509Authorities,
    List<Jwk> jwtAuthorities,
    @Nullable Long sequence,
    @Nullable Duration refreshHint) {
  private static final String X509_SVID = "x509-svid";
  private static final String JWT_SVID = "jwt-svid";
  private static final String SEQUENCE = "spiffe_sequence";
  private static final String REFRESH_HINT = "spiffe_refresh_hint";

  public Bundle {
    x509Authorities = List.copyOf(x509Authorities);
    jwtAuthorities = List.copyOf(jwtAuthorities);
  }

  /**
   * Parses a SPIFFE bundle in JSON; keys of unknown type or use are ignored, one broken key never
   * loses the rest. A bundle with no usable key is a bundle: its trust domain has revoked every
   * key, or went on to kinds that are not known here, and nothing is believed by it (section
   * 4.1.3).
   */
  public static Bundle parse(TrustDomain trustDomain, byte[] json) throws MalformedBundle {
    JwkSet set;
    try {
      set = JwkSet.parse(json);
    } catch (MalformedJose e) {
      throw new MalformedBundle(e.getMessage());
    }
    for (JsonNode member : set.members().path("keys")) {
      if (!member.isObject()) {
        throw new MalformedBundle("a key of the bundle is no JSON object");
      }
    }
    List<X509Certificate> certificates = new ArrayList<>();
    List<Jwk> keys = new ArrayList<>();
    for (Jwk jwk : set.keys()) {
      if (X509_SVID.equals(jwk.use())) {
        // X509-SVID section 6: no key ID, and the first certificate only; case: a trusted non-CA
        // signs
        if (jwk.keyId() == null
            && jwk.certificate() != null
            && CertificateRules.isAuthority(jwk.certificate())) {
          certificates.add(jwk.certificate());
        }
      } else if (JWT_SVID.equals(jwk.use()) && maySignJwtSvids(jwk)) {
        keys.add(jwk);
      }
    }
    Long sequence = number(set.members(), SEQUENCE);
    Long hint = number(set.members(), REFRESH_HINT);
    return new Bundle(
        trustDomain,
        certificates,
        keys,
        sequence,
        hint == null || hint == 0 ? null : Duration.ofSeconds(hint));
  }

  /** Whether nothing is believed by this bundle. */
  public boolean isEmpty() {
    return x509Authorities.isEmpty() && jwtAuthorities.isEmpty();
  }

  /** The bundle in JSON, as a bundle endpoint serves it. */
  public byte[] toJson() {
    List<Jwk> keys = new ArrayList<>();
    for (X509Certificate authority : x509Authorities) {
      keys.add(new Jwk(null, X509_SVID, null, authority.getPublicKey(), authority));
    }
    for (Jwk authority : jwtAuthorities) {
      keys.add(new Jwk(authority.keyId(), JWT_SVID, authority.algorithm(), authority.key(), null));
    }
    Map<String, Long> members = new LinkedHashMap<>();
    if (sequence != null) {
      members.put(SEQUENCE, sequence);
    }
    if (refreshHint != null) {
      members.put(REFRESH_HINT, refreshHint.toSeconds());
    }
    return JwkSet.toJson(keys, members);
  }

  /** JWT-SVID section 2.1 lists no EdDSA; section 6.1 wants a key ID. */
  private static boolean maySignJwtSvids(Jwk jwk) {
    return jwk.keyId() != null && !jwk.keyId().isEmpty() && !jwk.verifies(SignatureAlgorithm.EDDSA);
  }

  private static @Nullable Long number(JsonNode members, String name) throws MalformedBundle {
    JsonNode value = members.get(name);
    if (value == null) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
      throw new MalformedBundle(
          "the bundle's \"" + name + "\" is not a whole number of 64 bits, zero or more");
    }
    return value.longValue();
  }
}

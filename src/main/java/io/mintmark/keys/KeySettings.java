package io.mintmark.keys;

import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How the ring turns. Throws {@link IllegalArgumentException} with a sentence for settings that
 * could not keep its promises.
 *
 * @param accessToken the algorithms that access tokens are signed with, the default first
 * @param jwtSvid the algorithm of JWT-SVIDs; never EdDSA (SPIFFE JWT-SVID section 2.1)
 * @param lifetime how long a key signs before its successor takes over
 * @param prepareLead how long a key is published before it signs; at least three refresh hints
 * @param longestCredential nothing is struck to live longer, so this long after its last signature
 *     a key can go
 * @param refreshHint how often verifiers are told to fetch bundle and JWKS
 */
public record KeySettings(
    TrustDomain trustDomain,
    List<SignatureAlgorithm> accessToken,
    SignatureAlgorithm jwtSvid,
    AuthoritySource authority,
    Duration lifetime,
    Duration prepareLead,
    Duration longestCredential,
    Duration refreshHint) {

  /** Where the X.509 authority comes from. */
  public sealed interface AuthoritySource {}

  /** A root of our own, made and rotated by the ring; ES256 (P-256) or ES384 (P-384). */
  public record OwnRoot(SignatureAlgorithm algorithm) implements AuthoritySource {
    public OwnRoot {
      if (algorithm != SignatureAlgorithm.ES256 && algorithm != SignatureAlgorithm.ES384) {
        throw new IllegalArgumentException(
            "an X.509 authority signs with ES256 or ES384, not " + algorithm.word());
      }
    }
  }

  /**
   * An intermediate given as PEM files, read again at each tick.
   *
   * @param chain the signing certificate first, then upwards; the root may be left out
   * @param key PKCS #8, not encrypted
   * @param roots what verifiers shall trust
   */
  public record Intermediate(Path chain, Path key, Path roots) implements AuthoritySource {}

  private static final Set<SignatureAlgorithm> FOR_ACCESS_TOKENS =
      EnumSet.of(
          SignatureAlgorithm.ES256,
          SignatureAlgorithm.ES384,
          SignatureAlgorithm.EDDSA,
          SignatureAlgorithm.RS256,
          SignatureAlgorithm.PS256);
  private static final int LEAST_HINTS = 3;

  /** Beyond it, times that are worked out from it may not fit a certificate. */
  private static final Duration LONGEST_LIFETIME = Duration.ofDays(3653);

  public KeySettings {
    accessToken = List.copyOf(accessToken);
    if (accessToken.isEmpty()) {
      throw new IllegalArgumentException("no algorithm is set for access tokens");
    }
    checkForAccessTokens(accessToken);
    if (jwtSvid == SignatureAlgorithm.EDDSA) {
      throw new IllegalArgumentException("a JWT-SVID is never signed with EdDSA: set ES256");
    }
    positive("key lifetime", lifetime);
    positive("longest credential", longestCredential);
    positive("refresh hint", refreshHint);
    if (prepareLead.compareTo(refreshHint.multipliedBy(LEAST_HINTS)) < 0) {
      throw new IllegalArgumentException(
          "prepare lead %s is shorter than three refresh hints of %s: verifiers would meet keys that they do not have"
              .formatted(prepareLead, refreshHint));
    }
    if (lifetime.compareTo(LONGEST_LIFETIME) > 0) {
      throw new IllegalArgumentException(
          "key lifetime %s is longer than ten years".formatted(lifetime));
    }
    if (lifetime.compareTo(prepareLead) <= 0) {
      throw new IllegalArgumentException(
          "key lifetime %s is not longer than the prepare lead %s"
              .formatted(lifetime, prepareLead));
    }
  }

  /** ES256 for all, a week of signing, half an hour of lead, no credential over a day. */
  public static KeySettings defaults(TrustDomain trustDomain) {
    return new KeySettings(
        trustDomain,
        List.of(SignatureAlgorithm.ES256),
        SignatureAlgorithm.ES256,
        new OwnRoot(SignatureAlgorithm.ES256),
        Duration.ofDays(7),
        Duration.ofMinutes(30),
        Duration.ofDays(1),
        Duration.ofMinutes(5));
  }

  /** The algorithm of an access token where neither grant nor resource says. */
  public SignatureAlgorithm defaultAlgorithm() {
    return accessToken.getFirst();
  }

  /** The algorithms that need a key: those set, and those that resources ask for. */
  Set<SignatureAlgorithm> tokenAlgorithms(Set<SignatureAlgorithm> demanded) {
    checkForAccessTokens(demanded);
    EnumSet<SignatureAlgorithm> all = EnumSet.copyOf(accessToken);
    all.addAll(demanded);
    return Collections.unmodifiableSet(all);
  }

  private static void checkForAccessTokens(Iterable<SignatureAlgorithm> algorithms) {
    for (SignatureAlgorithm algorithm : algorithms) {
      if (!FOR_ACCESS_TOKENS.contains(algorithm)) {
        throw new IllegalArgumentException(
            "access tokens are signed with ES256, ES384, EdDSA, RS256 or PS256, not "
                + algorithm.word());
      }
    }
  }

  private static void positive(String name, Duration duration) {
    if (!duration.isPositive()) {
      throw new IllegalArgumentException(name + " " + duration + " is not positive");
    }
  }
}

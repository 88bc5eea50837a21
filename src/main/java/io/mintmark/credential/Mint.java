package io.mintmark.credential;

import io.mintmark.jose.Jws;
import io.mintmark.keys.JwtKey;
import io.mintmark.keys.KeyRing;
import io.mintmark.keys.KeysUnavailable;
import io.mintmark.policy.Decision;
import io.mintmark.workload.Delegation;
import io.mintmark.workload.Reason;
import io.mintmark.workload.WorkloadId;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Strikes credentials with the keys of a ring. What was built is read back by a parser that shares
 * no code with the builder and compared with the grant; the signature itself is verified when a key
 * is activated, and here on one of about a thousand.
 */
public final class Mint implements Minter {
  /** With ten zero bits in a serial, its credential's signature is verified too. */
  private static final int SAMPLE_MASK = 0x3ff;

  private final KeyRing ring;
  private final String issuer;
  private final Serials serials;

  /**
   * @param issuer the issuer identifier, as the metadata has it
   */
  public Mint(KeyRing ring, String issuer, SecureRandom random) {
    this.ring = ring;
    this.issuer = issuer;
    this.serials = new Serials(random);
  }

  @Override
  public Credential mint(Decision.Grant grant, Instant now) throws KeysUnavailable, NotStruck {
    if (!grant.ask().delegation().equals(Delegation.NONE)) {
      // the delegation in an Ask is a claim: no type proves it yet, so nothing is struck from it
      throw new NotStruck(Reason.REQUEST_MALFORMED, "nothing is struck for a delegated request");
    }
    return switch (grant.terms()) {
      case Decision.AccessToken terms -> accessToken(grant, terms, now);
      case Decision.JwtSvid terms -> jwtSvid(grant, terms, now);
      case Decision.X509Svid terms -> x509Svid(grant, terms, now);
    };
  }

  private Credential accessToken(Decision.Grant grant, Decision.AccessToken terms, Instant now)
      throws KeysUnavailable, NotStruck {
    JwtKey key = ring.tokenKey(terms.signing());
    // whatever a grant says: a token never outlives the proof it was struck from
    Instant end = ahead(earlier(end(grant, now), seconds(grant.workload().expiresAt())), now);
    byte[] serial = serials.next(now);
    AccessTokenClaims claims =
        new AccessTokenClaims(
            issuer, grant.workload().id().uri(), terms, now, end, Serials.jti(serial));
    String token = CompactJws.sign(key, claims.write());
    Jws product = CompactJws.check(token, key, "at+jwt", sampled(serial));
    claims.check(product.claims());
    return new Credential.AccessToken(grant, claims.id(), end, token);
  }

  private Credential jwtSvid(Decision.Grant grant, Decision.JwtSvid terms, Instant now)
      throws KeysUnavailable, NotStruck {
    checkSvid(grant, terms.id());
    JwtKey key = ring.svidKey();
    Instant end = end(grant, now);
    byte[] serial = serials.next(now);
    JwtSvidClaims claims = new JwtSvidClaims(issuer, terms, now, end, Serials.jti(serial));
    String token = CompactJws.sign(key, claims.write());
    Jws product = CompactJws.check(token, key, "JWT", sampled(serial));
    claims.check(product.claims());
    return new Credential.JwtSvid(grant, claims.id(), end, token);
  }

  private Credential x509Svid(Decision.Grant grant, Decision.X509Svid terms, Instant now)
      throws KeysUnavailable, NotStruck {
    checkSvid(grant, terms.id());
    byte[] serial = serials.next(now);
    Leaf leaf =
        new Leaf(
            terms.id(),
            terms.key(),
            terms.dnsNames(),
            List.of(),
            terms.commonName(),
            Serials.number(serial));
    LeafCertificates.Struck struck =
        LeafCertificates.strike(leaf, ring, now, end(grant, now), sampled(serial));
    return new Credential.X509Svid(
        grant, leaf.serialHex(), struck.end(), struck.chain(), ring.roots());
  }

  /** Whatever a grant says: SVIDs are of our domain, not of the broker, and not from our own. */
  private void checkSvid(Decision.Grant grant, WorkloadId id) throws NotStruck {
    if (!id.trustDomain().equals(ring.trustDomain())) {
      throw new NotStruck(
          Reason.NO_GRANT, "no SVID is struck in trust domain \"%s\"".formatted(id.trustDomain()));
    }
    if (id.path().equals("/mintmark") || id.path().startsWith("/mintmark/")) {
      throw new NotStruck(Reason.NO_GRANT, "\"%s\" is reserved".formatted(id));
    }
    if (grant.workload().struckHere()) {
      throw new NotStruck(
          Reason.EVIDENCE_KIND_NOT_ACCEPTED, "no SVID is struck from one of our own");
    }
  }

  private Instant end(Decision.Grant grant, Instant now) throws NotStruck {
    return ahead(seconds(earlier(grant.expiresAt(), now.plus(ring.longestCredential()))), now);
  }

  /** Credentials end on whole seconds: of less than one, nothing is left. */
  private static Instant ahead(Instant end, Instant now) throws NotStruck {
    if (!end.isAfter(now)) {
      throw new NotStruck(
          Reason.EVIDENCE_EXPIRED, "it would end at %s, and it is %s".formatted(end, now));
    }
    return end;
  }

  private static boolean sampled(byte[] serial) {
    return (((serial[14] << 8) | (serial[15] & 0xff)) & SAMPLE_MASK) == 0;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static Instant seconds(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS);
  }
}

package io.mintmark.api.admin;

import io.mintmark.api.Caller;
import io.mintmark.api.Published;
import io.mintmark.evidence.Evidence;
import io.mintmark.jose.Jws;
import io.mintmark.jose.MalformedJose;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.Reason;
import io.mintmark.workload.WorkloadId;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.auth.principal.DefaultJWTTokenParser;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.ParseException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;

/**
 * Checks operators' tokens as any resource server would (RFC 9068 section 4), by SmallRye JWT
 * against the keys that the broker publishes at that moment.
 */
public final class OperatorTokens {
  private static final int MAX_TOKEN = 8 * 1024;
  private static final String TYPE = "at+jwt";

  private final JWTAuthContextInfo rules;
  private final LiveKeys parser;

  public OperatorTokens(String issuer, Published published) {
    this.rules = new JWTAuthContextInfo();
    rules.setIssuedBy(issuer);
    rules.setExpectedAudience(Set.of(issuer + "/v1/admin"));
    rules.setSignatureAlgorithm(
        EnumSet.of(
            SignatureAlgorithm.ES256,
            SignatureAlgorithm.ES384,
            SignatureAlgorithm.RS256,
            SignatureAlgorithm.PS256,
            SignatureAlgorithm.EDDSA));
    rules.setClockSkew(0);
    rules.setRequireNamedPrincipal(false);
    rules.setRelaxVerificationKeyValidation(false);
    this.parser = new LiveKeys(published);
  }

  /** What became of a check. */
  sealed interface Check {}

  /** A token that holds. */
  record Holds(Act.Operator operator, Set<String> scopes) implements Check {
    Holds {
      scopes = Set.copyOf(scopes);
    }
  }

  /** A token that does not. */
  record Invalid(Reason reason) implements Check {}

  Check check(String token, Caller caller) {
    try {
      if (!TYPE.equals(Jws.parse(token, MAX_TOKEN).type())) {
        return new Invalid(Reason.EVIDENCE_TYPE);
      }
      JwtClaims claims = parser.parse(token, rules).getJwtClaims();
      String thumbprint = boundTo(claims);
      if (thumbprint != null && !isHeldBy(thumbprint, caller)) {
        return new Invalid(Reason.BINDING_REQUIRED);
      }
      String subject = claims.getSubject();
      if (subject == null) {
        return new Invalid(Reason.IDENTITY_MALFORMED);
      }
      String scope = claims.getStringClaimValue("scope");
      return new Holds(
          new Act.Operator(WorkloadId.parse(subject), claims.getJwtId()),
          scope == null ? Set.of() : Set.of(scope.split(" ", -1)));
    } catch (MalformedJose malformed) {
      return new Invalid(malformed.reason());
    } catch (MalformedWorkloadId malformed) {
      return new Invalid(Reason.IDENTITY_MALFORMED);
    } catch (ParseException invalid) {
      return new Invalid(reason(invalid));
    } catch (MalformedClaimException | IllegalArgumentException malformed) {
      return new Invalid(Reason.EVIDENCE_MALFORMED);
    }
  }

  /** The claims are looked at after the signature, so what they lack is said of a signed token. */
  private static Reason reason(ParseException invalid) {
    if (invalid.getCause() instanceof InvalidJwtException token) {
      if (token.hasErrorCode(ErrorCodes.EXPIRED)) {
        return Reason.EVIDENCE_EXPIRED;
      }
      if (token.hasErrorCode(ErrorCodes.AUDIENCE_INVALID)) {
        return Reason.EVIDENCE_AUDIENCE;
      }
      if (token.hasErrorCode(ErrorCodes.ISSUER_INVALID)) {
        return Reason.ISSUER_NOT_TRUSTED;
      }
    }
    return Reason.EVIDENCE_SIGNATURE;
  }

  /** The {@code x5t#S256} of {@code cnf} (RFC 8705 section 3.1); null where it is a bearer's. */
  private static @Nullable String boundTo(JwtClaims claims) throws MalformedClaimException {
    Object confirmation = claims.getClaimValue("cnf");
    if (confirmation == null) {
      return null;
    }
    if (confirmation instanceof Map<?, ?> map && map.get("x5t#S256") instanceof String text) {
      return text;
    }
    throw new MalformedClaimException("cnf is of a kind that is not known here");
  }

  private static boolean isHeldBy(String thumbprint, Caller caller) {
    Evidence.X509Svid certificate = caller.certificate();
    List<X509Certificate> chain = certificate == null ? List.of() : certificate.chain();
    if (chain.isEmpty()) {
      return false;
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(chain.getFirst().getEncoded());
      String held = Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
      return MessageDigest.isEqual(
          held.getBytes(StandardCharsets.US_ASCII), thumbprint.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException | CertificateEncodingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Keys as they are published now: a revoked key stops counting at once. */
  private static final class LiveKeys extends DefaultJWTTokenParser {
    private final Published published;

    LiveKeys(Published published) {
      this.published = published;
    }

    @Override
    protected VerificationKeyResolver getVerificationKeyResolver(JWTAuthContextInfo rules)
        throws UnresolvableKeyException {
      try {
        String jwks = new String(published.jwks(), StandardCharsets.UTF_8);
        return new JwksVerificationKeyResolver(new JsonWebKeySet(jwks).getJsonWebKeys());
      } catch (JoseException unreadable) {
        throw new UnresolvableKeyException("our own keys cannot be read", unreadable);
      }
    }
  }
}

package io.mintmark.sidecar.broker;

import io.mintmark.jose.Claims;
import io.mintmark.jose.Jws;
import io.mintmark.jose.MalformedJose;
import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.NotObtained;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.spiffe.Certificates;
import io.mintmark.spiffe.MalformedCertificate;
import io.mintmark.wire.v1.ExchangeResponse;
import io.mintmark.wire.v1.IssueCertificateResponse;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.Scope;
import io.mintmark.workload.WorkloadId;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads the broker's answers. What is not what was wanted, is for another workload than before, or
 * has expired already, is never delivered.
 */
final class Answers {
  private static final int MAX_TOKEN = 64 * 1024;
  private static final int MAX_CHAIN = 8;
  private static final int MAX_SCOPES = 256;
  private static final Duration LONGEST_LIFE = Duration.ofDays(30);
  private static final int URI_NAME = 6;

  private Answers() {}

  static Held.Token token(Wanted.AccessToken wanted, ExchangeResponse answer, Instant now)
      throws NotObtained {
    Held.Token token = token(answer, List.of(wanted.resource()), scopes(answer), now);
    if (!token.scopes().containsAll(wanted.scopes())) {
      throw nonsense("the token does not have all scopes that were asked for");
    }
    return token;
  }

  static Held.Token svid(Wanted.JwtSvid wanted, ExchangeResponse answer, Instant now)
      throws NotObtained {
    return token(answer, wanted.audiences(), Set.of(), now);
  }

  private static Held.Token token(
      ExchangeResponse answer, List<String> audiences, Set<Scope> scopes, Instant now)
      throws NotObtained {
    try {
      Jws jws = Jws.parse(answer.getAccessToken(), MAX_TOKEN);
      Claims claims = jws.typedClaims();
      if (!Set.copyOf(claims.audiences()).equals(Set.copyOf(audiences))) {
        throw nonsense("the token is for another audience");
      }
      Instant expiresAt = claims.requiredInstant("exp");
      requireLife(now, expiresAt);
      return new Held.Token(
          WorkloadId.parse(claims.requiredString("sub")),
          answer.getAccessToken(),
          scopes,
          now,
          expiresAt,
          decision(answer.getDecisionId()));
    } catch (MalformedJose | MalformedWorkloadId malformed) {
      throw nonsense("the token does not parse: " + malformed.getMessage());
    }
  }

  static Held.Certificate certificate(KeyPair keys, IssueCertificateResponse answer, Instant now)
      throws NotObtained {
    try {
      List<X509Certificate> chain =
          Certificates.parse(
              answer.getCertificateChain().getBytes(StandardCharsets.UTF_8), MAX_CHAIN);
      if (chain.isEmpty()) {
        throw nonsense("the chain is empty");
      }
      X509Certificate leaf = chain.getFirst();
      if (!leaf.getPublicKey().equals(keys.getPublic())) {
        throw nonsense("the certificate is for another key");
      }
      WorkloadId id = WorkloadId.parse(answer.getSpiffeId());
      if (!names(leaf).equals(List.of(id.toString()))) {
        throw nonsense("the certificate is for another workload than the answer says");
      }
      Instant expiresAt = leaf.getNotAfter().toInstant();
      for (X509Certificate signer : chain) {
        Instant end = signer.getNotAfter().toInstant();
        expiresAt = end.isBefore(expiresAt) ? end : expiresAt;
      }
      requireLife(now, expiresAt);
      return new Held.Certificate(
          id, chain, keys.getPrivate(), now, expiresAt, decision(answer.getDecisionId()));
    } catch (MalformedCertificate | CertificateParsingException | MalformedWorkloadId malformed) {
      throw nonsense("the certificate does not parse: " + malformed.getMessage());
    }
  }

  static NotObtained nonsense(String what) {
    return new NotObtained("broker-answer", "the broker's answer cannot be used: " + what, null);
  }

  private static void requireLife(Instant now, Instant expiresAt) throws NotObtained {
    if (!now.isBefore(expiresAt)) {
      throw nonsense("it expired at " + expiresAt);
    }
    if (expiresAt.isAfter(now.plus(LONGEST_LIFE))) {
      throw nonsense("it would live longer than " + LONGEST_LIFE.toDays() + " days");
    }
  }

  private static Set<Scope> scopes(ExchangeResponse answer) throws NotObtained {
    if (answer.getScopesCount() > MAX_SCOPES) {
      throw nonsense("it has more than " + MAX_SCOPES + " scopes");
    }
    Set<Scope> scopes = new HashSet<>();
    for (String scope : answer.getScopesList()) {
      try {
        scopes.add(new Scope(scope));
      } catch (IllegalArgumentException malformed) {
        throw nonsense(String.valueOf(malformed.getMessage()));
      }
    }
    return scopes;
  }

  private static String decision(String id) throws NotObtained {
    if (id.length() > 128 || !id.chars().allMatch(c -> c > ' ' && c <= '~')) {
      throw nonsense("its decision id is malformed");
    }
    return id;
  }

  static List<String> names(X509Certificate leaf) throws CertificateParsingException {
    Collection<List<?>> names = leaf.getSubjectAlternativeNames();
    return names == null
        ? List.of()
        : names.stream()
            .filter(name -> name.get(0).equals(URI_NAME))
            .map(name -> String.valueOf(name.get(1)))
            .toList();
  }
}

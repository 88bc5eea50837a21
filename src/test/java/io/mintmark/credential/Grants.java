package io.mintmark.credential;

import io.mintmark.keys.TestRing;
import io.mintmark.policy.Decision;
import io.mintmark.workload.Ask;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.Delegation;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.EvidenceSummary;
import io.mintmark.workload.Scope;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.WorkloadId;
import java.net.InetAddress;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Grants as the policy room gives them. */
final class Grants {
  static final WorkloadId ORDERS =
      WorkloadId.parse("spiffe://prod.example.org/ns/payments/sa/orders");
  static final WorkloadId HERE = new WorkloadId(TestRing.DOMAIN, "/ns/payments/sa/orders");
  static final String AUDIENCE = "https://ledger.example.org";

  private Grants() {}

  static Decision.AccessToken accessToken(String... scopes) {
    return boundToken(null, null, scopes);
  }

  static Decision.AccessToken boundToken(
      @Nullable String thumbprint, @Nullable SignatureAlgorithm signing, String... scopes) {
    return new Decision.AccessToken("ledger-api", AUDIENCE, scopes(scopes), thumbprint, signing);
  }

  static Set<Scope> scopes(String... scopes) {
    return Arrays.stream(scopes).map(Scope::new).collect(Collectors.toSet());
  }

  static Decision.JwtSvid jwtSvid(String... audiences) {
    return new Decision.JwtSvid(HERE, Set.of(audiences));
  }

  static Decision.X509Svid x509Svid(PublicKey key, String... dnsNames) {
    return new Decision.X509Svid(HERE, key, List.of(dnsNames), null);
  }

  static Decision.Grant of(Decision.Terms terms, Instant now, Instant expiresAt) {
    return of(terms, now, expiresAt, expiresAt, false, Delegation.NONE);
  }

  static Decision.Grant of(
      Decision.Terms terms,
      Instant now,
      Instant expiresAt,
      Instant evidenceExpiresAt,
      boolean struckHere,
      Delegation delegation) {
    AttestedWorkload workload =
        new AttestedWorkload(
            ORDERS,
            new EvidenceSummary(EvidenceKind.JWT_SVID, "prod.example.org", "00"),
            EvidenceKind.JWT_SVID,
            "prod.example.org",
            "prod",
            Map.of(),
            now,
            evidenceExpiresAt,
            null,
            struckHere);
    Ask ask =
        new Ask(
            new Ask.AccessToken(AUDIENCE, Set.of()),
            null,
            delegation,
            InetAddress.getLoopbackAddress(),
            null);
    return new Decision.Grant(workload, ask, terms, now, expiresAt, List.of("g"), "version");
  }
}

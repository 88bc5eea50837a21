package io.mintmark.policy;

import static io.mintmark.policy.Given.LEDGER;
import static io.mintmark.policy.Given.NOW;
import static io.mintmark.policy.Given.ORDERS;
import static io.mintmark.policy.Given.attested;
import static io.mintmark.policy.Given.grant;
import static io.mintmark.policy.Given.guardrail;
import static io.mintmark.policy.Given.jwtSvid;
import static io.mintmark.policy.Given.policy;
import static io.mintmark.policy.Given.resource;
import static io.mintmark.policy.Given.x509Svid;
import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.workload.Ask;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.CredentialKind;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import io.mintmark.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who gets an identity of ours, and for how long. */
class DecideSvidTest {
  private static final String OWN = "spiffe://broker.example.org/a";
  private static final Instant SOON = NOW.plusSeconds(10);

  @Test
  void anSvidOfOursGivesNoOther() {
    Policy policy =
        policy(
            grant("jwt", OWN, "jwtSvid: {audiences: [a]}", ""),
            grant("x", OWN, "x509Svid: {}", ""));
    AttestedWorkload again = own(EvidenceKind.JWT_SVID, SOON, true);
    for (Ask ask : new Ask[] {jwtSvid("a"), x509Svid()}) {
      assertThat(granted(policy, own(EvidenceKind.JWT_SVID, SOON, false), ask)).isPositive();
      assertThat(refusal(policy, again, ask)).isEqualTo(Reason.EVIDENCE_KIND_NOT_ACCEPTED);
    }
  }

  @Test
  void evidenceOfAKindThatNoGrantAcceptsGivesNoSvid() {
    Policy policy =
        policy(
            grant("jwt", OWN, "jwtSvid: {audiences: [a]}", ""),
            grant("x", OWN, "x509Svid: {}", ""));
    AttestedWorkload other = own(EvidenceKind.GITHUB, SOON, false);
    assertThat(refusal(policy, other, jwtSvid("a"))).isEqualTo(Reason.EVIDENCE_KIND_NOT_ACCEPTED);
    assertThat(refusal(policy, other, x509Svid())).isEqualTo(Reason.EVIDENCE_KIND_NOT_ACCEPTED);
  }

  @Test
  void aConditionOfAGrantHoldsForSvids() {
    Policy policy =
        policy(
            grant("jwt", OWN, "jwtSvid: {audiences: [a]}", "when: evidence.kind == \"github\""),
            grant("x", OWN, "x509Svid: {}", "when: evidence.attributes.tier == \"gold\""));
    AttestedWorkload workload = own(EvidenceKind.JWT_SVID, SOON, false);
    assertThat(refusal(policy, workload, jwtSvid("a"))).isEqualTo(Reason.CONDITION_FALSE);
    assertThat(refusal(policy, workload, x509Svid())).isEqualTo(Reason.CONDITION_ERROR);
  }

  @Test
  void anSvidOutlivesItsEvidenceOnlyWhereEveryGrantSaysSo() {
    String longer = "outlivesEvidence: true, lifetime: 2h";
    Policy both =
        policy(
            grant("a", OWN, "x509Svid: {" + longer + "}", ""),
            grant("b", OWN, "x509Svid: {lifetime: 2h}", ""),
            grant("c", OWN, "jwtSvid: {audiences: [a], " + longer + "}", ""),
            grant("d", OWN, "jwtSvid: {audiences: [b], lifetime: 2h}", ""));
    AttestedWorkload workload = own(EvidenceKind.JWT_SVID, SOON, false);
    assertThat(granted(both, workload, x509Svid())).isEqualTo(10);
    assertThat(granted(both, workload, jwtSvid("a", "b"))).isEqualTo(10);
    assertThat(granted(both, workload, jwtSvid("a"))).isEqualTo(7200);
  }

  @Test
  void evidenceThatHasExpiredGivesNothingThatWouldOutliveIt() {
    Policy policy = policy(grant("a", OWN, "x509Svid: {outlivesEvidence: true, lifetime: 2h}", ""));
    assertThat(refusal(policy, own(EvidenceKind.JWT_SVID, NOW, false), x509Svid()))
        .isEqualTo(Reason.EVIDENCE_EXPIRED);
  }

  @Test
  void grantsThatNameDifferentCommonNamesGiveNone() {
    Policy policy =
        policy(
            grant("a", OWN, "x509Svid: {subject: {commonName: one}}", ""),
            grant("b", OWN, "x509Svid: {subject: {commonName: two}}", ""));
    assertThat(refusal(policy, own(EvidenceKind.JWT_SVID, SOON, false), x509Svid()))
        .isEqualTo(Reason.NO_GRANT);
  }

  @Test
  void aJwtSvidWithAResourcesAudienceLivesNoLongerThanItsOwnerAllows() {
    Policy policy =
        policy(
            resource("ledger", "maxLifetime: 3s"),
            grant("a", OWN, "jwtSvid: {audiences: [b, \"" + LEDGER + "\"]}", ""));
    AttestedWorkload workload = own(EvidenceKind.JWT_SVID, SOON, false);
    assertThat(granted(policy, workload, jwtSvid("b"))).isEqualTo(10);
    assertThat(granted(policy, workload, jwtSvid("b", LEDGER))).isEqualTo(3);
  }

  @Test
  void everyAudienceOfAJwtSvidMeetsItsGuardrails() {
    Policy policy =
        policy(
            grant("a", OWN, "jwtSvid: {audiences: [a, b, c]}", ""),
            guardrail("b", "request.audience == \"b\"", ""));
    AttestedWorkload workload = own(EvidenceKind.JWT_SVID, SOON, false);
    assertThat(granted(policy, workload, jwtSvid("a", "c"))).isEqualTo(10);
    assertThat(refusal(policy, workload, jwtSvid("a", "b", "c"))).isEqualTo(Reason.GUARDRAIL);
    assertThat(refusal(policy, workload, jwtSvid("b"))).isEqualTo(Reason.GUARDRAIL);
  }

  @Test
  void aGuardrailRefusesCertificatesToo() {
    Policy policy =
        policy(
            grant("x", OWN, "x509Svid: {}", ""),
            guardrail("no", "request.credential == \"x509-svid\"", ""));
    assertThat(refusal(policy, own(EvidenceKind.JWT_SVID, SOON, false), x509Svid()))
        .isEqualTo(Reason.GUARDRAIL);
  }

  @Test
  void guardrailsForSomeWorkloadsMeetThoseAndNoOther() {
    Policy policy =
        policy(
            grant("own", OWN, "x509Svid: {}", ""),
            grant("ext", ORDERS, "x509Svid: {id: \"spiffe://broker.example.org/e{path}\"}", ""),
            guardrail("prod", "'true'", "match: {workload: \"spiffe://prod.example.org/**\"}"));
    assertThat(granted(policy, own(EvidenceKind.JWT_SVID, SOON, false), x509Svid())).isPositive();
    assertThat(refusal(policy, attested(ORDERS), x509Svid())).isEqualTo(Reason.GUARDRAIL);
  }

  @Test
  void anIdentityThatIsWrittenOutIsGivenAsItIs() {
    String one = "id: \"spiffe://broker.example.org/one\"";
    Policy policy =
        policy(
            grant("jwt", ORDERS, "jwtSvid: {" + one + ", audiences: [a]}", ""),
            grant("x", ORDERS, "x509Svid: {" + one + "}", ""));
    WorkloadId id = WorkloadId.parse("spiffe://broker.example.org/one");
    Decision.Terms jwt = terms(policy, jwtSvid("a"));
    assertThat(jwt).isEqualTo(new Decision.JwtSvid(id, Set.of("a")));
    assertThat(jwt.kind()).isEqualTo(CredentialKind.JWT_SVID);
    Decision.Terms x509 = terms(policy, x509Svid());
    assertThat(x509).isEqualTo(new Decision.X509Svid(id, Given.KEY, List.of(), null));
    assertThat(x509.kind()).isEqualTo(CredentialKind.X509_SVID);
  }

  @Test
  void anIdentityThatWouldBeTooLongIsRefused() {
    Policy policy =
        policy(
            grant(
                "long",
                "spiffe://prod.example.org/**",
                "x509Svid: {id: \"spiffe://broker.example.org/" + "b".repeat(100) + "{path}\"}",
                ""));
    String domain = "spiffe://prod.example.org/";
    assertThat(refusal(policy, attested(domain + "a".repeat(2_000)), x509Svid()))
        .isEqualTo(Reason.IDENTITY_MALFORMED);
    assertThat(granted(policy, attested(domain + "a".repeat(1_900)), x509Svid())).isPositive();
  }

  private static Decision.Terms terms(Policy policy, Ask ask) {
    return switch (policy.decide(attested(ORDERS), ask, NOW)) {
      case Decision.Grant grant -> grant.terms();
      case Decision.Denial denial -> throw new AssertionError(denial.toString());
    };
  }

  private static AttestedWorkload own(EvidenceKind kind, Instant expiresAt, boolean struckHere) {
    return attested(OWN, kind, expiresAt, null, struckHere, Map.of());
  }

  /** How many seconds what is given lives. */
  private static long granted(Policy policy, AttestedWorkload workload, Ask ask) {
    return switch (policy.decide(workload, ask, NOW)) {
      case Decision.Grant grant -> Duration.between(NOW, grant.expiresAt()).toSeconds();
      case Decision.Denial denial -> throw new AssertionError(denial.toString());
    };
  }

  private static Reason refusal(Policy policy, AttestedWorkload workload, Ask ask) {
    return switch (policy.decide(workload, ask, NOW)) {
      case Decision.Grant grant -> throw new AssertionError(grant.toString());
      case Decision.Denial denial -> denial.reason();
    };
  }
}

package io.mintmark.policy;

import io.mintmark.workload.Reason;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a request was granted or refused. For operators only: it names rules and values that callers
 * may not learn.
 *
 * @param policyVersion the digest of the policy
 * @param credential the kind of credential asked for
 * @param target the audience or audiences asked for; empty for a certificate
 * @param scopes the scopes asked for, sorted
 * @param reason null where the request is granted
 * @param detail one sentence
 * @param guardrail the guardrail that refused; null where none did
 * @param given null where the request is refused
 * @param guardrails the guardrails that look at this request, those that refuse first
 * @param grants every grant, the nearest to applying first; of more than 1,000 those
 * @param otherGrants how many grants are left out
 */
public record Explanation(
    String policyVersion,
    String workload,
    String evidence,
    String issuer,
    String credential,
    List<String> target,
    List<String> scopes,
    Instant time,
    boolean granted,
    @Nullable Reason reason,
    String detail,
    @Nullable String guardrail,
    @Nullable Given given,
    List<Rule> guardrails,
    List<Rule> grants,
    int otherGrants) {
  public Explanation {
    target = List.copyOf(target);
    scopes = List.copyOf(scopes);
    guardrails = List.copyOf(guardrails);
    grants = List.copyOf(grants);
  }

  /**
   * What would be struck.
   *
   * @param id the identity of an SVID; null for an access token
   * @param scopes the scopes of an access token, sorted
   * @param bound whether an access token is bound to the caller's certificate
   * @param grants the names of the grants that give it
   */
  public record Given(
      @Nullable String id,
      List<String> scopes,
      List<String> audiences,
      List<String> dnsNames,
      boolean bound,
      long lifetimeSeconds,
      List<String> grants) {
    public Given {
      scopes = List.copyOf(scopes);
      audiences = List.copyOf(audiences);
      dnsNames = List.copyOf(dnsNames);
      grants = List.copyOf(grants);
    }
  }

  /**
   * One grant or guardrail.
   *
   * @param applies whether a grant gives something, or a guardrail refuses
   */
  public record Rule(String name, String owner, boolean applies, List<Clause> clauses) {
    public Rule {
      clauses = List.copyOf(clauses);
    }
  }

  /**
   * One clause of a rule.
   *
   * @param name the field of the document
   * @param holds whether it holds for this request
   * @param detail what it was compared with
   */
  public record Clause(String name, boolean holds, String detail) {}

  /** For a terminal of 80 columns, with the few grants that come near. */
  public String text() {
    return new ExplanationText(this, false).toString();
  }

  /** For a terminal of 80 columns, with every grant. */
  public String wholeText() {
    return new ExplanationText(this, true).toString();
  }
}

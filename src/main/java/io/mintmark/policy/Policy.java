package io.mintmark.policy;

import io.mintmark.documents.DocumentSet;
import io.mintmark.workload.Ask;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.SignatureAlgorithm;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A compiled, immutable policy: deny by default, guardrails before grants, and the terms of the
 * resource's owner on top of every grant. Deciding costs the same whatever else is in the policy.
 */
public final class Policy {
  private final String version;
  private final PolicyContext context;
  private final Rules rules;

  Policy(String version, PolicyContext context, Rules rules) {
    this.version = version;
    this.context = context;
    this.rules = rules;
  }

  /** Compiles documents for one broker; TrustDomain and Issuer documents are not looked at. */
  public static Compilation compile(DocumentSet documents, PolicyContext context) {
    return compile(documents, context, null);
  }

  /**
   * The same, taking over what an earlier policy made of documents that are still there: the very
   * ones, as {@link io.mintmark.documents.FolderSource} gives them. Nothing is taken over of a
   * policy for another context.
   */
  public static Compilation compile(
      DocumentSet documents, PolicyContext context, @Nullable Policy earlier) {
    Rules rules = earlier != null && earlier.context.equals(context) ? earlier.rules : new Rules();
    return new PolicyCompiler(documents, context, rules).compile();
  }

  /** Lower-case hex digest of the documents this policy was compiled from. */
  public String version() {
    return version;
  }

  /**
   * The algorithms that resources name, so that there are keys for them before they are in force.
   */
  public Set<SignatureAlgorithm> signingAlgorithms() {
    return rules.signingAlgorithms();
  }

  Rules rules() {
    return rules;
  }

  /** Every rule that was looked at for a request, and why it did or did not apply. */
  public Explanation explain(Facts facts, Ask ask, Instant now) {
    return new Explainer(version, rules, facts, ask, now).explain();
  }

  /** The same for a workload whose proof held. */
  public Explanation explain(AttestedWorkload workload, Ask ask, Instant now) {
    return explain(Facts.of(workload), ask, now);
  }

  /** Decides; never waits, never throws for what a caller sent. */
  public Decision decide(AttestedWorkload workload, Ask ask, Instant now) {
    return switch (new Deliberation(rules, Facts.of(workload), ask, now).verdict()) {
      case Verdict.Granted(var terms, var expiresAt, var grants) ->
          new Decision.Grant(workload, ask, terms, now, expiresAt, grants, version);
      case Verdict.Refused(var reason, var detail, var guardrail) ->
          new Decision.Denial(reason, detail, version);
    };
  }
}

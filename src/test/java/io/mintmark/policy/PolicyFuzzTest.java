package io.mintmark.policy;

import static io.mintmark.policy.Given.CONTEXT;
import static io.mintmark.policy.Given.LEDGER;
import static io.mintmark.policy.Given.NOW;
import static io.mintmark.policy.Given.ORDERS;
import static io.mintmark.policy.Given.attested;
import static io.mintmark.policy.Given.grant;
import static io.mintmark.policy.Given.guardrail;
import static io.mintmark.policy.Given.resource;
import static io.mintmark.policy.Given.token;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.TextNode;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.Documents;
import io.mintmark.documents.ReadableProblems;
import io.mintmark.workload.Ask;
import io.mintmark.workload.AttestedWorkload;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Documents of any bytes: a policy that says the same twice, or problems with a place. */
class PolicyFuzzTest {
  private static final AttestedWorkload WORKLOAD = attested(ORDERS);
  private static final Ask ASK = token(LEDGER, "read");
  private static final String READ = "accessToken: {resource: ledger, scopes: [read]}";

  @FuzzTest
  void documentsAreCompiledOrRefused(byte[] bytes) {
    Policy policy = compiled(new String(bytes, StandardCharsets.UTF_8));
    if (policy != null) {
      consistent(policy);
    }
  }

  /** A grant with any condition gives no more than the same grant without, and a guardrail less. */
  @FuzzTest
  void aConditionOpensNothing(byte[] bytes) {
    String text = TextNode.valueOf(new String(bytes, StandardCharsets.ISO_8859_1)).toString();
    Policy conditional =
        compiled(resource("ledger", "") + grant("orders", ORDERS, READ, "when: " + text + "\n"));
    if (conditional != null
        && consistent(conditional) instanceof Decision.Grant grant
        && !(grant.terms() instanceof Decision.AccessToken terms && terms.scopes().size() == 1)) {
      throw new AssertionError("more than the grant has: " + grant);
    }
    Policy guarded = compiled(resource("ledger", "") + guardrail("any", text, ""));
    if (guarded != null && consistent(guarded) instanceof Decision.Grant grant) {
      throw new AssertionError("granted by a guardrail: " + grant);
    }
  }

  private static Decision consistent(Policy policy) {
    Decision decision = policy.decide(WORKLOAD, ASK, NOW);
    boolean granted = decision instanceof Decision.Grant;
    if (policy.explain(WORKLOAD, ASK, NOW).granted() != granted) {
      throw new AssertionError("decided and explained otherwise: " + decision);
    }
    if (!policy.decide(WORKLOAD, ASK, NOW).getClass().equals(decision.getClass())) {
      throw new AssertionError("decided otherwise the second time: " + decision);
    }
    return decision;
  }

  private static @Nullable Policy compiled(String documents) {
    try {
      return switch (Policy.compile(Documents.parse("fuzz.yaml", documents).load(), CONTEXT)) {
        case Compilation.Compiled(var policy, var warnings) -> policy;
        case Compilation.Rejected(var problems) -> throw new DocumentErrors(problems);
      };
    } catch (DocumentErrors errors) {
      ReadableProblems.check(errors.problems());
      return null;
    }
  }
}

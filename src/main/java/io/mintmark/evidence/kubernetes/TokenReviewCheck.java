package io.mintmark.evidence.kubernetes;

import io.mintmark.documents.Texts;
import io.mintmark.evidence.Review;
import io.mintmark.evidence.Reviewer;
import io.mintmark.workload.Reason;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a TokenReview confirms what a token says. Names come back to life with another UID, so
 * UIDs are compared too; a server that does not name our audience has not checked it.
 */
public final class TokenReviewCheck {
  private static final String EXTRA = "authentication.kubernetes.io/";

  private TokenReviewCheck() {}

  /** Why the review does not confirm the token; null where it does. */
  public static Review.@Nullable Rejected objection(
      Reviewer.Question question, TokenReviewStatus status) {
    if (!status.authenticated()) {
      String error = status.error();
      return new Review.Rejected(
          Reason.EVIDENCE_REVOKED,
          "the API server does not honour the token"
              + (error == null ? "" : ": \"" + Texts.printable(error) + "\""));
    }
    if (!status.audiences().contains(question.audience())) {
      return new Review.Rejected(
          Reason.EVIDENCE_AUDIENCE,
          "the API server does not say that the token is for \"" + question.audience() + "\"");
    }
    Map<String, Object> facts = question.facts();
    String username =
        "system:serviceaccount:" + facts.get("namespace") + ":" + facts.get("serviceaccount");
    if (!username.equals(status.username())) {
      return another("service account");
    }
    if (!facts.getOrDefault("serviceaccount_uid", "").equals(status.uid())) {
      return another("service account's uid");
    }
    for (String fact : List.of("pod", "pod_uid", "node", "node_uid")) {
      Object claimed = facts.get(fact);
      List<String> said = status.extra().get(extra(fact));
      // servers before 1.30 say nothing of nodes; of the pod every one does
      boolean silent = said == null && fact.startsWith("node");
      if (claimed == null
          ? said != null && fact.startsWith("pod")
          : !silent && !one(claimed, said)) {
        return another(fact.replace("_", "'s "));
      }
    }
    return null;
  }

  private static String extra(String fact) {
    return EXTRA + (fact.endsWith("_uid") ? fact.replace('_', '-') : fact + "-name");
  }

  private static boolean one(Object claimed, @Nullable List<String> said) {
    return said != null && said.size() == 1 && claimed.equals(said.getFirst());
  }

  private static Review.Rejected another(String what) {
    return new Review.Rejected(
        Reason.IDENTITY_MISMATCH, "the API server knows the token as that of another " + what);
  }
}

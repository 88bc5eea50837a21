package io.mintmark.policy;

import io.mintmark.policy.Verdict.Refused;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.Reason;
import io.mintmark.workload.WorkloadId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The one identity that grants of an SVID agree on, or why there is none. */
sealed interface SvidIdentity {
  /** It. */
  record Agreed(WorkloadId id) implements SvidIdentity {}

  /** Why not. */
  record None(Refused refused) implements SvidIdentity {}

  /**
   * @param workload whose attested path stands in the grants' templates
   */
  static SvidIdentity of(
      List<? extends GrantRule<? extends Issue.Svid>> grants, WorkloadId workload) {
    Set<WorkloadId> ids = new HashSet<>();
    for (GrantRule<? extends Issue.Svid> rule : grants) {
      try {
        ids.add(rule.issue().id().apply(workload));
      } catch (MalformedWorkloadId e) {
        return none(Reason.IDENTITY_MALFORMED, "grant \"" + rule.name() + "\": " + e.getMessage());
      }
    }
    if (ids.size() != 1) {
      return none(Reason.NO_GRANT, "grants name different identities: " + GrantRule.quoted(grants));
    }
    WorkloadId id = ids.iterator().next();
    return IdentityTemplate.isReserved(id)
        ? none(Reason.NO_GRANT, "identity \"" + id + "\" is the broker's own")
        : new Agreed(id);
  }

  private static None none(Reason reason, String detail) {
    return new None(new Refused(reason, detail));
  }
}

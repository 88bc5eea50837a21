package io.mintmark.policy;

import io.mintmark.workload.EvidenceKind;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One thing that a grant gives; a grant document that gives several is several rules. */
record GrantRule<I extends Issue>(
    String name,
    String owner,
    WorkloadPattern workload,
    Set<EvidenceKind> evidence,
    I issue,
    @Nullable Condition when) {
  GrantRule {
    evidence = Set.copyOf(evidence);
  }
}

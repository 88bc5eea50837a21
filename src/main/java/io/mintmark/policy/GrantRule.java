package io.mintmark.policy;

import io.mintmark.workload.EvidenceKind;
import java.util.List;
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

  /** The names of some grants, in order. */
  static List<String> names(List<? extends GrantRule<?>> rules) {
    if (rules.size() == 1) {
      return List.of(rules.getFirst().name());
    }
    return rules.stream().map(GrantRule::name).distinct().sorted().toList();
  }

  /** The names of at most eight grants, as a message shows them. */
  static String quoted(List<? extends GrantRule<?>> rules) {
    List<String> names = names(rules);
    String shown = String.join("\", \"", names.subList(0, Math.min(8, names.size())));
    return "\"" + shown + (names.size() > 8 ? "\" …" : "\"");
  }
}

package io.mintmark.policy;

import io.mintmark.documents.Problem;
import java.util.List;

/** What documents compile to. */
public sealed interface Compilation {
  /** A policy that can be put in force; the warnings are for whoever wrote it. */
  record Compiled(Policy policy, List<Problem> warnings) implements Compilation {
    public Compiled {
      warnings = List.copyOf(warnings);
    }
  }

  /** Every problem found; at least one is an error. */
  record Rejected(List<Problem> problems) implements Compilation {
    public Rejected {
      problems = List.copyOf(problems);
    }
  }
}

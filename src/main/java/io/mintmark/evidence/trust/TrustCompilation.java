package io.mintmark.evidence.trust;

import io.mintmark.documents.Problem;
import java.util.List;

/** What became of the TrustDomain and Issuer documents. */
public sealed interface TrustCompilation {
  /** Trust that can be put in force, and what looks wrong in it all the same. */
  record Compiled(TrustAttestor attestor, List<Problem> warnings) implements TrustCompilation {
    public Compiled {
      warnings = List.copyOf(warnings);
    }
  }

  /** Documents that cannot be used: every error found, and the warnings. */
  record Broken(List<Problem> problems) implements TrustCompilation {
    public Broken {
      problems = List.copyOf(problems);
    }
  }
}

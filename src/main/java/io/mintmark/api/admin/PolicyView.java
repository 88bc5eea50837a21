package io.mintmark.api.admin;

import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** Port: the policy in force, and what is wrong with the folder. */
public interface PolicyView extends Supplier<PolicyView.Now> {
  /**
   * @param version the digest of the policy in force
   * @param since when it came into force
   * @param warnings {@code file:line:column: warning: message}
   * @param errors why newer documents are not in force; empty where they are
   */
  record Now(String version, Instant since, List<String> warnings, List<String> errors) {
    public Now {
      warnings = List.copyOf(warnings);
      errors = List.copyOf(errors);
    }
  }
}

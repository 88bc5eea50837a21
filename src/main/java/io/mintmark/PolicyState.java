package io.mintmark;

import io.mintmark.documents.Problem;
import java.time.Instant;
import java.util.List;

/**
 * The policy in force, and what is wrong with a newer one that is not.
 *
 * @param version the digest of the policy in force
 * @param since when it came into force
 * @param warnings what looks wrong in it all the same
 * @param errors why the documents in the folder are not in force; empty where they are
 */
public record PolicyState(
    String version, Instant since, List<Problem> warnings, List<Problem> errors) {
  public PolicyState {
    warnings = List.copyOf(warnings);
    errors = List.copyOf(errors);
  }

  PolicyState broken(List<Problem> problems) {
    return new PolicyState(version, since, warnings, problems);
  }
}

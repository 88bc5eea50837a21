package io.mintmark;

import io.mintmark.api.admin.Unrecorded;
import io.mintmark.documents.Problem;
import io.mintmark.keys.KeyRing;
import io.mintmark.policy.Policy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;

/** What a change of policy takes before it is in force: keys, and a record. */
record Steward(KeyRing keys, Chronicle chronicle, InstantSource clock)
    implements PolicyFolder.Changes {
  @Override
  public void starts(Policy first) {
    demand(first);
  }

  @Override
  public void comes(Policy next) {
    demand(next);
    try {
      chronicle.policyChanges(next.version());
    } catch (Unrecorded unrecorded) {
      throw new UncheckedIOException("the ledger: " + unrecorded.getMessage(), unrecorded);
    }
  }

  @Override
  public void stays(String version, List<Problem> problems) {
    chronicle.policyStays(version, problems);
  }

  /** Keys of every algorithm that a resource names. */
  private void demand(Policy compiled) {
    try {
      keys.demand(compiled.signingAlgorithms(), clock.instant());
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable.getMessage(), unwritable);
    }
  }
}

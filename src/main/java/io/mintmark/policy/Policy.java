package io.mintmark.policy;

import io.mintmark.workload.Ask;
import io.mintmark.workload.AttestedWorkload;
import java.time.Instant;

/** A compiled, immutable policy. */
public final class Policy {
  private Policy() {}

  /** Lower-case hex digest of the documents this policy was compiled from. */
  public String version() {
    throw new UnsupportedOperationException();
  }

  /** Decides; never waits, never throws for what a caller sent. */
  public Decision decide(AttestedWorkload workload, Ask ask, Instant now) {
    throw new UnsupportedOperationException();
  }
}

package io.mintmark.exchange;

import io.mintmark.workload.WorkloadId;

/**
 * Port: how much one attested identity may ask for. Asked only after its proof held, so that naming
 * somebody spends nothing of his.
 */
public interface IdentityLimit {
  /** Whether this identity may go on now. */
  boolean admits(WorkloadId id);
}

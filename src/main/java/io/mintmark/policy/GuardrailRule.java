package io.mintmark.policy;

import org.jspecify.annotations.Nullable;

/**
 * A guardrail.
 *
 * @param workload null for every workload
 * @param resource the name of the only resource it is for; null for every request
 */
record GuardrailRule(
    String name,
    String owner,
    @Nullable WorkloadPattern workload,
    @Nullable String resource,
    Condition deny,
    @Nullable String message) {
  /** Whether it has a meaning only where the request has a resource. */
  boolean needsResource() {
    return resource != null || deny.namesResource();
  }
}

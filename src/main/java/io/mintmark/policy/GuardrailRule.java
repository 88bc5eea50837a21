package io.mintmark.policy;

import org.jspecify.annotations.Nullable;

/**
 * A guardrail.
 *
 * @param workload null for every workload
 * @param resource the name of the only resource it is for; null for every request
 * @param needsResource whether it has a meaning only where a resource is asked for
 * @param needsAudience whether it has a meaning only where one audience is asked for
 */
record GuardrailRule(
    String name,
    String owner,
    @Nullable WorkloadPattern workload,
    @Nullable String resource,
    Condition deny,
    @Nullable String message,
    boolean needsResource,
    boolean needsAudience) {
  GuardrailRule(
      String name,
      String owner,
      @Nullable WorkloadPattern workload,
      @Nullable String resource,
      Condition deny,
      @Nullable String message) {
    this(
        name,
        owner,
        workload,
        resource,
        deny,
        message,
        resource != null || deny.namesResource(),
        deny.namesAudience());
  }
}

package io.mintmark.house.bad.workload;

/** Stands for a proof type. */
public record Proof(String id) {
  /** Nested, and as much a proof. */
  public record Bound(String id) {}
}

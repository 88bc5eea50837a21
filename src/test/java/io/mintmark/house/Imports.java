package io.mintmark.house;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Set;

/**
 * Which room may import which. {@code docs/architecture.md} shows the same table and a test
 * compares the two; a change needs an ADR in the same commit.
 */
final class Imports {
  /** Rooms that are subpackages of another room with a wall of their own. */
  static final Set<String> SUBROOMS = Set.of("keys.publication");

  /** A name with a capital letter is one class of a room that is otherwise closed. */
  static final Map<String, Set<String>> MAY_IMPORT =
      Map.ofEntries(
          entry("workload", Set.of()),
          entry("jose", Set.of("workload")),
          entry("spiffe", Set.of("workload", "jose")),
          entry("documents", Set.of()),
          entry("fetch", Set.of()),
          entry("evidence", Set.of("workload", "jose", "spiffe", "documents", "fetch")),
          entry("policy", Set.of("workload", "documents")),
          entry("keys", Set.of("workload", "jose", "spiffe", "keys.publication")),
          entry("keys.publication", Set.of("workload", "jose", "spiffe")),
          entry("credential", Set.of("workload", "jose", "spiffe", "policy", "keys")),
          entry("ledger", Set.of("workload")),
          entry(
              "exchange",
              Set.of(
                  "workload",
                  "evidence",
                  "policy",
                  "credential",
                  "ledger",
                  "keys.KeysUnavailable")),
          entry("governance", Set.of("workload", "policy", "ledger")),
          entry(
              "storage",
              Set.of(
                  "workload",
                  "spiffe",
                  "documents",
                  "fetch",
                  "evidence",
                  "policy",
                  "keys",
                  "ledger",
                  "governance")),
          entry(
              "kubernetes",
              Set.of(
                  "workload",
                  "jose",
                  "spiffe",
                  "documents",
                  "evidence",
                  "policy",
                  "credential",
                  "exchange",
                  "keys.publication")),
          entry(
              "api",
              Set.of(
                  "workload",
                  "jose",
                  "evidence",
                  "policy",
                  "credential",
                  "exchange",
                  "governance",
                  "keys.publication",
                  "wire")),
          entry("console", Set.of("workload", "policy", "ledger", "governance")),
          entry("sidecar", Set.of("workload", "jose", "spiffe", "documents", "fetch", "wire")),
          entry(
              "cli",
              Set.of(
                  "workload",
                  "jose",
                  "spiffe",
                  "documents",
                  "evidence",
                  "policy",
                  "ledger",
                  "sidecar",
                  "wire")),
          entry("wire", Set.of()));

  /** The same between the rooms within the sidecar, none of which imports their root. */
  static final Map<String, Set<String>> WITHIN_SIDECAR =
      Map.ofEntries(
          entry("held", Set.of()),
          entry("process", Set.of()),
          entry("tls", Set.of()),
          entry("delivery", Set.of("held")),
          entry("plan", Set.of("held", "delivery")),
          entry("proof", Set.of("plan", "process")),
          entry("broker", Set.of("held", "plan", "proof", "tls")),
          entry("files", Set.of("held", "delivery", "plan", "process")),
          entry("exec", Set.of("held", "delivery", "plan")),
          entry("unix", Set.of("plan", "process")),
          entry("sockets", Set.of("held", "delivery", "plan", "unix")),
          entry("proxy", Set.of("held", "delivery", "plan", "files", "unix", "tls")),
          entry("cloud", Set.of("held", "delivery", "plan", "files", "tls")),
          entry("clients", Set.of("held", "delivery", "plan", "files")));

  private Imports() {}
}

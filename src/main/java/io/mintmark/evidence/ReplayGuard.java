package io.mintmark.evidence;

import java.time.Instant;

/** Remembers proofs that may be used once. */
public interface ReplayGuard {
  /** What came of a claim. */
  enum Claim {
    FIRST_USE,
    REPLAYED,
    FULL
  }

  /**
   * Claims a proof's identifier until it expires; two claims at once have one winner. A full guard
   * refuses and never forgets.
   */
  Claim claim(String issuer, String proofId, Instant expiresAt, Instant now);

  /** What a claim would come to; claims nothing. */
  Claim peek(String issuer, String proofId, Instant now);

  /** When this guard began to remember: proofs issued before it are refused. */
  Instant since();
}

package io.mintmark.evidence;

import java.time.Instant;

/**
 * Remembers proofs that may be used once. Where it throws, the proof is refused: a guard that is
 * out of reach lets nothing pass.
 */
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

  /**
   * When this guard began to remember: proofs that may have been used before it are refused, which
   * are those issued before it or dated so shortly after it that their date may have lain ahead.
   */
  Instant since();
}

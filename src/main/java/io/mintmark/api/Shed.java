package io.mintmark.api;

import io.mintmark.workload.Reason;
import java.util.Locale;

/** Why a request or a connection was turned away before anything was verified. */
public enum Shed {
  /** The event loop is behind. */
  BEHIND(Reason.OVERLOADED),
  /** The event loop is behind, and the address has had more than the others. */
  SHARE(Reason.OVERLOADED),
  /** As many requests are under way as may be. */
  CONCURRENT(Reason.OVERLOADED),
  /** The address sent proofs that did not hold. */
  REFUSALS(Reason.RATE_LIMITED),
  /** No memory is left for what is unfinished, or the address has its part of it. */
  MEMORY(Reason.OVERLOADED),
  /** A connection for which the event loop, being behind, has no time to shake hands. */
  HANDSHAKE(Reason.OVERLOADED);

  private final Reason reason;

  Shed(Reason reason) {
    this.reason = reason;
  }

  /** What the caller is told. */
  public Reason reason() {
    return reason;
  }

  /** The word that metrics have for it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

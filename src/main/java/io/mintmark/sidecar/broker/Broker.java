package io.mintmark.sidecar.broker;

import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.proof.Proof;

/** The broker, at whichever of its addresses answers. */
public interface Broker {
  /**
   * Exchanges proof for a credential, waiting no longer than the configured time; not on an event
   * loop. What comes back is checked: for the workload that was named before, for what was asked,
   * not expired, not malformed, not too large.
   *
   * @throws BrokerRefused where no credential was had
   */
  Held obtain(Wanted wanted, Proof proof) throws BrokerRefused;

  /** The broker's issuer identifier, which proofs are addressed to. */
  String issuer() throws BrokerRefused;
}

package io.mintmark.sidecar.held;

/** Gets credentials from the broker. */
public interface Obtainer {
  /**
   * A new credential, checked to be what was wanted, for this workload and not expired. It waits,
   * no longer than its own limit, so it is called neither on an event loop nor on a timer.
   */
  Held obtain(Wanted wanted) throws NotObtained;
}

package io.mintmark.sidecar.held;

import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import java.util.Map;
import java.util.function.Consumer;

/** The trust bundles that the broker streams: its own domain's and those federated with it. */
public interface Trust {
  /** The newest state; empty before the first answer. */
  Map<TrustDomain, Bundle> bundles();

  /**
   * Calls the listener with the newest state now, if there is one, and at each change, one call at
   * a time, until closed.
   */
  Credentials.Watch watch(Consumer<Map<TrustDomain, Bundle>> listener);
}

package io.mintmark.sidecar.sockets.identity;

import io.mintmark.sidecar.held.Held;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import java.util.Map;

/** The workload's X.509 identity with the trust that goes with it, at one instant. */
public sealed interface Identity {
  /**
   * It can be used.
   *
   * @param own the bundle of the certificate's trust domain
   * @param federated those of the others
   */
  record Ready(Held.Certificate certificate, Bundle own, Map<TrustDomain, Bundle> federated)
      implements Identity {
    public Ready {
      federated = Map.copyOf(federated);
    }
  }

  /** Nothing is there yet, and nothing went wrong yet. */
  record Pending() implements Identity {}

  /**
   * There is none that can be used.
   *
   * @param reason in kebab case
   * @param message one sentence without any secret
   */
  record Unavailable(String reason, String message) implements Identity {}
}

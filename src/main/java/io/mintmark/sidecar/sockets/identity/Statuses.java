package io.mintmark.sidecar.sockets.identity;

import io.grpc.Status;
import java.util.Set;

/** How it is told over gRPC that there is no credential. */
public final class Statuses {
  /** What the broker's policy says; asking again changes nothing before the policy does. */
  private static final Set<String> DENIALS =
      Set.of(
          "no-grant",
          "guardrail",
          "condition-false",
          "scope-not-granted",
          "resource-unknown",
          "identity-mismatch",
          "pin-not-met");

  private Statuses() {}

  /**
   * {@code PermissionDenied} where policy refuses, which clients report, and else {@code
   * Unavailable}, which they retry.
   */
  public static Status unavailable(String reason, String message) {
    return (DENIALS.contains(reason) ? Status.PERMISSION_DENIED : Status.UNAVAILABLE)
        .withDescription(reason + ": " + message);
  }
}

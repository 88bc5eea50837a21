package io.mintmark.policy;

import io.mintmark.workload.TrustDomain;

/**
 * The broker that a policy is for.
 *
 * @param trustDomain the only trust domain in which it strikes SVIDs
 * @param issuer its issuer URL, without a slash at the end
 */
public record PolicyContext(TrustDomain trustDomain, String issuer) {
  /** The audience of the broker's own admin resource. */
  public String adminAudience() {
    return issuer + "/v1/admin";
  }
}

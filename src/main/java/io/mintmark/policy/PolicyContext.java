package io.mintmark.policy;

import io.mintmark.workload.TrustDomain;
import org.jspecify.annotations.Nullable;

/**
 * The broker that a policy is for.
 *
 * @param trustDomain the only trust domain in which it strikes SVIDs
 * @param issuer its issuer URL, without a slash at the end
 * @param clusterIssuer the issuer of the service accounts of the cluster whose namespaces have
 *     documents; null where no cluster has any, or it is not known whose they are
 */
public record PolicyContext(
    TrustDomain trustDomain, String issuer, @Nullable String clusterIssuer) {
  public PolicyContext(TrustDomain trustDomain, String issuer) {
    this(trustDomain, issuer, null);
  }

  /** The same broker with the documents of a cluster. */
  public PolicyContext ofCluster(@Nullable String clusterIssuer) {
    return new PolicyContext(trustDomain, issuer, clusterIssuer);
  }

  /** The audience of the broker's own admin resource. */
  public String adminAudience() {
    return issuer + "/v1/admin";
  }
}

package io.mintmark.kubernetes.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All custom resources of one moment.
 *
 * @param issuer the issuer of the cluster's service accounts; null where it is not known
 */
public record ClusterView(List<CustomResource> resources, @Nullable String issuer) {
  /** What a broker without a cluster sees. */
  public static final ClusterView NONE = new ClusterView(List.of(), null);

  public ClusterView {
    resources = List.copyOf(resources);
  }
}

package io.mintmark;

import org.jspecify.annotations.Nullable;

/**
 * What the broker does with the cluster.
 *
 * @param policy whether custom resources are policy documents
 * @param webhook the ValidatingWebhookConfiguration that is kept; null where none is
 * @param signing whether its requests for certificates are served
 * @param trustBundle whether our authorities are published as a ClusterTrustBundle
 */
record Cluster(boolean policy, @Nullable String webhook, boolean signing, boolean trustBundle) {
  static Cluster of(Settings.Kubernetes settings) {
    return new Cluster(
        settings.policy(),
        settings.webhookName().orElse(null),
        settings.signing(),
        settings.trustBundle());
  }
}

package io.mintmark;

import org.jspecify.annotations.Nullable;

/**
 * What the broker does with the cluster.
 *
 * @param policy whether custom resources are policy documents
 * @param webhook the ValidatingWebhookConfiguration that is kept; null where none is
 */
record Cluster(boolean policy, @Nullable String webhook) {
  static Cluster of(Settings.Kubernetes settings) {
    return new Cluster(settings.policy(), settings.webhookName().orElse(null));
  }
}

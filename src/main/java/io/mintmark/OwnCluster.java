package io.mintmark;

import io.mintmark.kubernetes.ClusterApi;
import io.mintmark.kubernetes.review.ClusterReviewers;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The cluster that the broker runs in, whose client is opened when it is first wanted. */
final class OwnCluster implements ClusterReviewers.OwnCluster, AutoCloseable {
  private final @Nullable Path kubeconfig;
  private @Nullable ClusterApi api;
  private boolean closed;

  /**
   * @param kubeconfig null for the service account of the broker's pod
   */
  OwnCluster(@Nullable Path kubeconfig) {
    this.kubeconfig = kubeconfig;
  }

  @Override
  public synchronized ClusterApi open() throws IOException {
    if (closed) {
      throw new IOException("the broker stops");
    }
    ClusterApi opened = api;
    if (opened == null) {
      opened = ClusterApi.open(kubeconfig);
      api = opened;
    }
    return opened;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (api != null) {
      api.close();
      api = null;
    }
  }
}

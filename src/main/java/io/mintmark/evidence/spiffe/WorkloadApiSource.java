package io.mintmark.evidence.spiffe;

import io.mintmark.evidence.KeyHolder;
import io.mintmark.evidence.KeySource;
import io.mintmark.evidence.RefreshingSource;
import io.mintmark.evidence.Upkeep;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The bundle of one trust domain from a Workload API: asked for at intervals, which shows that the
 * agent still vouches for it, and at once when the agent says that something changed.
 */
final class WorkloadApiSource implements KeySource<Bundle> {
  private final RefreshingSource<Bundle> bundle;
  private final WorkloadApiWatch watch;
  private final WorkloadApi api;

  private WorkloadApiSource(
      RefreshingSource<Bundle> bundle, WorkloadApiWatch watch, WorkloadApi api) {
    this.bundle = bundle;
    this.watch = watch;
    this.api = api;
  }

  static WorkloadApiSource start(TrustDomain trustDomain, URI socket, Upkeep upkeep) {
    WorkloadApi api = WorkloadApi.at(socket);
    RefreshingSource<Bundle> bundle =
        RefreshingSource.start(
            new KeyHolder.Domain(trustDomain),
            BundleSources.place(trustDomain, "workload API " + socket),
            new WorkloadApiLoader(trustDomain, api),
            new BundleFormat(trustDomain),
            upkeep);
    var watch = new WorkloadApiWatch(api, bundle::refreshSoon, upkeep);
    watch.start();
    return new WorkloadApiSource(bundle, watch, api);
  }

  @Override
  public @Nullable Bundle current(Instant now) {
    return bundle.current(now);
  }

  @Override
  public boolean mayRefresh(Instant now) {
    return bundle.mayRefresh(now);
  }

  @Override
  public @Nullable Bundle refreshed(Instant now) {
    return bundle.refreshed(now);
  }

  @Override
  public @Nullable Instant lastGood() {
    return bundle.lastGood();
  }

  @Override
  public @Nullable String lastError() {
    return bundle.lastError();
  }

  @Override
  public void close() {
    watch.close();
    bundle.close();
    api.close();
  }
}

package io.mintmark.evidence.spiffe;

import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import io.mintmark.evidence.Background;
import io.mintmark.evidence.RefreshSettings;
import io.mintmark.evidence.Upkeep;
import io.spiffe.workloadapi.grpc.Workload.JWTBundlesRequest;
import io.spiffe.workloadapi.grpc.Workload.X509BundlesRequest;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Keeps both bundle streams of a Workload API open, and says when either has news; a stream that
 * ends is opened again after a pause that grows.
 */
final class WorkloadApiWatch implements AutoCloseable {
  private final WorkloadApi api;
  private final Runnable news;
  private final Upkeep upkeep;
  private final Context.CancellableContext open = Context.ROOT.withCancellation();

  WorkloadApiWatch(WorkloadApi api, Runnable news, Upkeep upkeep) {
    this.api = api;
    this.news = news;
    this.upkeep = upkeep;
  }

  void start() {
    new Stream<>(
            (StreamObserver<io.spiffe.workloadapi.grpc.Workload.X509BundlesResponse> observer) ->
                api.streaming().fetchX509Bundles(X509BundlesRequest.getDefaultInstance(), observer))
        .begin();
    new Stream<>(
            (StreamObserver<io.spiffe.workloadapi.grpc.Workload.JWTBundlesResponse> observer) ->
                api.streaming().fetchJWTBundles(JWTBundlesRequest.getDefaultInstance(), observer))
        .begin();
  }

  @Override
  public void close() {
    open.cancel(null);
  }

  /** One stream, over all its connections. */
  private final class Stream<M> implements StreamObserver<M> {
    private final Consumer<StreamObserver<M>> call;
    private volatile Background.Pending next = () -> {};
    private int failures;

    Stream(Consumer<StreamObserver<M>> call) {
      this.call = call;
    }

    void begin() {
      if (!open.isCancelled()) {
        open.run(() -> call.accept(this));
      }
    }

    @Override
    public void onNext(M message) {
      failures = 0;
      news.run();
    }

    @Override
    public void onError(Throwable broken) {
      again();
    }

    @Override
    public void onCompleted() {
      again();
    }

    private void again() {
      if (open.isCancelled()) {
        next.cancel();
        return;
      }
      RefreshSettings settings = upkeep.settings();
      failures++;
      Duration grown = settings.firstRetry().multipliedBy(1L << Math.min(failures - 1, 20));
      Duration most = settings.lastRetry();
      Duration pause = grown.compareTo(most) < 0 ? grown : most;
      double share = 0.5 + upkeep.jitter() / 2;
      next =
          upkeep
              .background()
              .later(Duration.ofNanos((long) (pause.toNanos() * share)), this::begin);
    }
  }
}

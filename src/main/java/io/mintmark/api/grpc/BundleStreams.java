package io.mintmark.api.grpc;

import com.google.protobuf.ByteString;
import io.grpc.stub.ServerCallStreamObserver;
import io.mintmark.api.Answer;
import io.mintmark.api.Errors;
import io.mintmark.api.Presentation;
import io.mintmark.api.Published;
import io.mintmark.wire.v1.StreamBundlesResponse;
import io.mintmark.workload.Reason;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Those who follow the trust bundles. Each message is the full state, so a slow reader misses
 * states, never the newest one.
 */
public final class BundleStreams {
  private static final int MAX_STREAMS = 1_000;

  private final Published published;
  private final Map<ServerCallStreamObserver<StreamBundlesResponse>, StreamBundlesResponse> sent =
      new ConcurrentHashMap<>();

  public BundleStreams(Published published) {
    this.published = published;
  }

  void join(ServerCallStreamObserver<StreamBundlesResponse> stream) {
    if (sent.size() >= MAX_STREAMS) {
      Errors.Told told = Errors.told(Reason.OVERLOADED, Presentation.CLIENT);
      stream.onError(StatusDetails.of(new Answer.Declined(Reason.OVERLOADED, told, null)));
      return;
    }
    stream.setOnCancelHandler(() -> sent.remove(stream));
    StreamBundlesResponse now = state();
    sent.put(stream, now);
    stream.onNext(now);
  }

  /** Sends what changed; to be called about once a second, by one thread. */
  public void tick() {
    if (sent.isEmpty()) {
      return;
    }
    StreamBundlesResponse now = state();
    sent.forEach(
        (stream, last) -> {
          if (stream.isCancelled()) {
            sent.remove(stream);
          } else if (!last.equals(now) && stream.isReady() && sent.replace(stream, last, now)) {
            stream.onNext(now);
          }
        });
  }

  /** Ends all streams, at a stop. */
  public void close() {
    sent.keySet()
        .forEach(
            stream -> {
              sent.remove(stream);
              if (!stream.isCancelled()) {
                stream.onCompleted();
              }
            });
  }

  private StreamBundlesResponse state() {
    StreamBundlesResponse.Builder state = StreamBundlesResponse.newBuilder();
    published
        .bundles()
        .forEach((domain, json) -> state.putBundles(domain, ByteString.copyFrom(json)));
    return state.build();
  }
}

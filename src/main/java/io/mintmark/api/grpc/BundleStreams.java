package io.mintmark.api.grpc;

import com.google.protobuf.ByteString;
import io.grpc.stub.ServerCallStreamObserver;
import io.mintmark.api.Admission;
import io.mintmark.api.Answer;
import io.mintmark.api.Errors;
import io.mintmark.api.Presentation;
import io.mintmark.api.Published;
import io.mintmark.wire.v1.StreamBundlesResponse;
import io.mintmark.workload.Reason;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Those who follow the trust bundles. Each message is the full state, so a slow reader misses
 * states, never the newest one.
 */
public final class BundleStreams {
  private static final int MAX_STREAMS = 1_000;

  /** Streams need no proof, so one stranger must not be able to take them all. */
  private static final int MAX_STREAMS_OF_ONE = 100;

  private final Published published;
  private final Map<ServerCallStreamObserver<StreamBundlesResponse>, Follower> followers =
      new ConcurrentHashMap<>();

  /** Whose stream it is, and what was sent last. */
  private record Follower(InetAddress network, StreamBundlesResponse sent) {}

  public BundleStreams(Published published) {
    this.published = published;
  }

  /**
   * Answers with the bundles now, and at every change.
   *
   * @param source the address that asks
   */
  void join(InetAddress source, ServerCallStreamObserver<StreamBundlesResponse> stream) {
    stream.setOnCancelHandler(() -> followers.remove(stream));
    StreamBundlesResponse now = state();
    Reason refusal = admit(stream, new Follower(Admission.network(source), now));
    if (refusal == null) {
      stream.onNext(now);
    } else {
      Errors.Told told = Errors.told(refusal, Presentation.CLIENT);
      stream.onError(StatusDetails.of(new Answer.Declined(refusal, told, null)));
    }
  }

  private synchronized @Nullable Reason admit(
      ServerCallStreamObserver<StreamBundlesResponse> stream, Follower follower) {
    if (followers.size() >= MAX_STREAMS) {
      return Reason.OVERLOADED;
    }
    long own =
        followers.values().stream()
            .filter(other -> other.network().equals(follower.network()))
            .count();
    if (own >= MAX_STREAMS_OF_ONE) {
      return Reason.RATE_LIMITED;
    }
    followers.put(stream, follower);
    return null;
  }

  /** Sends what changed; to be called about once a second, by one thread. */
  public void tick() {
    if (followers.isEmpty()) {
      return;
    }
    StreamBundlesResponse now = state();
    followers.forEach(
        (stream, follower) -> {
          if (stream.isCancelled()) {
            followers.remove(stream);
          } else if (!follower.sent().equals(now)
              && stream.isReady()
              && followers.replace(stream, follower, new Follower(follower.network(), now))) {
            stream.onNext(now);
          }
        });
  }

  /** Ends all streams, at a stop. */
  public void close() {
    followers
        .keySet()
        .forEach(
            stream -> {
              followers.remove(stream);
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

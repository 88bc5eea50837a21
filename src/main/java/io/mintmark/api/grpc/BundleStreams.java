package io.mintmark.api.grpc;

import com.google.protobuf.ByteString;
import io.grpc.stub.ServerCallStreamObserver;
import io.mintmark.api.Admission;
import io.mintmark.api.Published;
import io.mintmark.wire.v1.StreamBundlesResponse;
import io.mintmark.workload.Reason;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Those who follow the trust bundles. Anybody sees ours; whom else we believe is seen by those
 * whose proof held, for as long as it lasts.
 */
public final class BundleStreams {
  private static final int MAX_STREAMS = 1_000;

  /** Streams need no proof, so strangers together must leave some to those who show one. */
  private static final int MAX_STREAMS_OF_STRANGERS = 500;

  /** And one stranger must leave some to the others. */
  private static final int MAX_STREAMS_OF_ONE = 100;

  /** A proof that lasts for days must not outlive its trust domain's removal by as much. */
  private static final Duration MAX_ATTESTED = Duration.ofHours(1);

  /** A trust domain whose bundle is huge must not keep the others' from reaching a reader. */
  private static final int MAX_FOREIGN_BYTES = 256 * 1024;

  /** Nor may several: a sidecar takes messages of 1 MiB and 256 trust domains, with ours. */
  private static final int MAX_FOREIGN_BYTES_TOGETHER = 768 * 1024;

  private static final int MAX_FOREIGN = 250;

  private static final Comparator<Map.Entry<String, byte[]>> SMALLEST_FIRST =
      Comparator.<Map.Entry<String, byte[]>>comparingInt(bundle -> bundle.getValue().length)
          .thenComparing(Map.Entry.comparingByKey());

  private final Published published;
  private final InstantSource clock;
  private final Map<ServerCallStreamObserver<StreamBundlesResponse>, BundleFollower> followers =
      new ConcurrentHashMap<>();

  // guarded by this
  private StreamBundlesResponse ours = StreamBundlesResponse.getDefaultInstance();
  private StreamBundlesResponse all = StreamBundlesResponse.getDefaultInstance();
  private boolean closed;

  public BundleStreams(Published published, InstantSource clock) {
    this.published = published;
    this.clock = clock;
  }

  /**
   * Sends the bundles now, and at every change.
   *
   * @param source the address that asks
   * @param until when the proof of who asks ends; null where there is none
   * @return why it is not let in; null where it is
   */
  @Nullable Reason join(
      InetAddress source,
      @Nullable Instant until,
      ServerCallStreamObserver<StreamBundlesResponse> stream) {
    Instant latest = clock.instant().plus(MAX_ATTESTED);
    BundleFollower follower =
        new BundleFollower(
            stream,
            Admission.network(source),
            until == null || until.isBefore(latest) ? until : latest);
    Reason refusal = admit(stream, follower);
    if (refusal == null) {
      follower.offer(state(follower.isAttested()));
      if (stream.isCancelled()) {
        leave(stream);
      }
    }
    return refusal;
  }

  void leave(ServerCallStreamObserver<StreamBundlesResponse> stream) {
    followers.remove(stream);
  }

  private synchronized @Nullable Reason admit(
      ServerCallStreamObserver<StreamBundlesResponse> stream, BundleFollower follower) {
    if (closed || followers.size() >= MAX_STREAMS) {
      return Reason.OVERLOADED;
    }
    if (!follower.isAttested()
        && followers.values().stream().filter(other -> !other.isAttested()).count()
            >= MAX_STREAMS_OF_STRANGERS) {
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
    Instant now = clock.instant();
    StreamBundlesResponse toAnybody = state(false);
    StreamBundlesResponse toAttested =
        followers.values().stream().anyMatch(BundleFollower::isAttested) ? state(true) : toAnybody;
    followers.forEach(
        (stream, follower) -> {
          if (follower.isOver(now)) {
            leave(stream);
            follower.end();
          } else {
            follower.offer(follower.isAttested() ? toAttested : toAnybody);
          }
        });
  }

  /** Ends all streams for good, at a stop. */
  public void close() {
    synchronized (this) {
      closed = true;
    }
    followers.forEach(
        (stream, follower) -> {
          leave(stream);
          follower.end();
        });
  }

  /** The state now; the same object as long as it is the same, so that comparing costs nothing. */
  private synchronized StreamBundlesResponse state(boolean attested) {
    StreamBundlesResponse.Builder state = StreamBundlesResponse.newBuilder();
    if (attested) {
      putForeign(state);
    }
    // ours last: no document says what our own bundle is
    published
        .bundles()
        .forEach((domain, json) -> state.putBundles(domain, ByteString.copyFrom(json)));
    StreamBundlesResponse now = state.build();
    StreamBundlesResponse before = attested ? all : ours;
    if (now.equals(before)) {
      return before;
    }
    if (attested) {
      all = now;
    } else {
      ours = now;
    }
    return now;
  }

  /** The largest are left out where there is no room for all. */
  private void putForeign(StreamBundlesResponse.Builder state) {
    List<Map.Entry<String, byte[]>> smallestFirst =
        published.foreignBundles().entrySet().stream()
            .sorted(SMALLEST_FIRST)
            .limit(MAX_FOREIGN)
            .toList();
    int bytes = 0;
    for (Map.Entry<String, byte[]> bundle : smallestFirst) {
      byte[] json = bundle.getValue();
      bytes += json.length;
      if (json.length > MAX_FOREIGN_BYTES || bytes > MAX_FOREIGN_BYTES_TOGETHER) {
        return;
      }
      state.putBundles(bundle.getKey(), ByteString.copyFrom(json));
    }
  }
}

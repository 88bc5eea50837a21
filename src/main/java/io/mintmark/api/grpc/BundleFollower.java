package io.mintmark.api.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.mintmark.wire.v1.StreamBundlesResponse;
import java.net.InetAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One stream of trust bundles. Messages come from several threads, which a stream does not bear,
 * and each is the full state, so a slow reader misses states, never the newest one.
 */
final class BundleFollower {
  private final ServerCallStreamObserver<StreamBundlesResponse> stream;
  private final InetAddress network;
  private final @Nullable Instant until;

  // guarded by this
  private @Nullable StreamBundlesResponse sent;
  private boolean ended;

  /**
   * @param until when the proof ends by which it sees the bundles of others; null where it has
   *     shown none and sees only ours
   */
  BundleFollower(
      ServerCallStreamObserver<StreamBundlesResponse> stream,
      InetAddress network,
      @Nullable Instant until) {
    this.stream = stream;
    this.network = network;
    this.until = until;
  }

  InetAddress network() {
    return network;
  }

  boolean isAttested() {
    return until != null;
  }

  /** Whether it is over: whoever reads it went away, or the proof has ended. */
  boolean isOver(Instant now) {
    return stream.isCancelled() || (until != null && !now.isBefore(until));
  }

  /** Sends what is news to it, the first at once and the others when it has read the one before. */
  synchronized void offer(StreamBundlesResponse state) {
    // one that was given up before anybody could ask to be told of it throws at what is sent to it
    if (ended
        || stream.isCancelled()
        || state.equals(sent)
        || (sent != null && !stream.isReady())) {
      return;
    }
    sent = state;
    stream.onNext(state);
  }

  /** Ends it cleanly: its reader may come again with a new proof. */
  synchronized void end() {
    if (!ended) {
      ended = true;
      if (!stream.isCancelled()) {
        stream.onCompleted();
      }
    }
  }
}

package io.mintmark.sidecar.sockets;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds the streams that one user keeps open at a socket. The attack: one program subscribes
 * thousands of times, until no other is let subscribe. Calls with one answer do not count.
 */
final class StreamShares implements ServerInterceptor {
  private final int perUser;
  private final Map<Long, Integer> open = new HashMap<>();

  StreamShares(int perUser) {
    this.perUser = perUser;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (call.getMethodDescriptor().getType().serverSendsOneMessage()) {
      return next.startCall(call, headers);
    }
    Long uid = call.getAttributes().get(NamedUsers.UID);
    if (uid == null || !begun(uid)) {
      call.close(
          Status.RESOURCE_EXHAUSTED.withDescription("too many streams of this user are open"),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    AtomicBoolean ended = new AtomicBoolean();
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onComplete() {
        end();
        super.onComplete();
      }

      @Override
      public void onCancel() {
        end();
        super.onCancel();
      }

      private void end() {
        if (!ended.getAndSet(true)) {
          ended(uid);
        }
      }
    };
  }

  private synchronized boolean begun(long uid) {
    int count = open.getOrDefault(uid, 0);
    if (count >= perUser) {
      return false;
    }
    open.put(uid, count + 1);
    return true;
  }

  private synchronized void ended(long uid) {
    open.computeIfPresent(uid, (_, count) -> count > 1 ? count - 1 : null);
  }
}

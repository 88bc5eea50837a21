package io.mintmark.sidecar.sockets;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a stream brings, in order; slow where it asks for each message itself. */
final class Inbox<Q, T> implements ClientResponseObserver<Q, T> {
  private final BlockingQueue<T> messages = new LinkedBlockingQueue<>();
  private final CompletableFuture<Status> end = new CompletableFuture<>();
  private final boolean slow;
  private @Nullable ClientCallStreamObserver<Q> call;

  Inbox(boolean slow) {
    this.slow = slow;
  }

  Inbox() {
    this(false);
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<Q> started) {
    call = started;
    if (slow) {
      started.disableAutoRequestWithInitial(0);
    }
  }

  void request(int count) {
    if (call != null) {
      call.request(count);
    }
  }

  T next() throws InterruptedException {
    T message = messages.poll(20, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("no message; ended: " + end.getNow(Status.OK));
    }
    return message;
  }

  boolean isEmpty() {
    return messages.isEmpty();
  }

  boolean open() {
    return !end.isDone();
  }

  Status end() {
    return end.orTimeout(20, TimeUnit.SECONDS).join();
  }

  @Override
  public void onNext(T message) {
    messages.add(message);
  }

  @Override
  public void onError(Throwable failed) {
    end.complete(Status.fromThrowable(failed));
  }

  @Override
  public void onCompleted() {
    end.complete(Status.OK);
  }
}

package io.mintmark.sidecar.sockets.identity;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.mintmark.sidecar.held.Credentials;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A server's stream of full states: each change is sent once, and a reader too slow for them gets
 * the newest only, so that nothing queues up for it.
 *
 * @param <S> a state, compared by {@code equals}
 * @param <T> the message that carries it
 */
public final class NewestStream<S, T> {
  private final IdentityFeed feed;
  private final ServerCallStreamObserver<T> observer;
  private final Supplier<Next<S>> newest;
  private final Function<S, T> message;
  private @Nullable S sent;
  private Credentials.@Nullable Watch subscription;
  private boolean ended;

  /** What a stream is to say. */
  public sealed interface Next<S> {
    /** This state. */
    record State<S>(S state) implements Next<S> {}

    /** Nothing for now. */
    record Nothing<S>() implements Next<S> {}

    /** That it ends. */
    record End<S>(Status status) implements Next<S> {}
  }

  /** To be made, and {@link #begin begun}, inside the call that opens the stream. */
  public NewestStream(
      IdentityFeed feed,
      ServerCallStreamObserver<T> observer,
      Supplier<Next<S>> newest,
      Function<S, T> message) {
    this.feed = feed;
    this.observer = observer;
    this.newest = newest;
    this.message = message;
    observer.setOnReadyHandler(this::look);
    observer.setOnCancelHandler(this::left);
  }

  /** Sends what there is, and each change, until the caller leaves. */
  public void begin() {
    Credentials.Watch begun = feed.subscribe(this::look);
    if (begun == null) {
      end(Status.RESOURCE_EXHAUSTED.withDescription("too many streams are open"));
      return;
    }
    synchronized (this) {
      subscription = begun;
      if (ended) {
        begun.close();
      }
    }
    look();
  }

  /** Sends the newest state if it is another than the last and the reader has room. */
  public synchronized void look() {
    if (ended) {
      return;
    }
    switch (newest.get()) {
      case Next.Nothing<S> _ -> {}
      case Next.End<S>(Status status) -> end(status);
      case Next.State<S>(S state) -> {
        if (!state.equals(sent) && observer.isReady()) {
          sent = state;
          observer.onNext(message.apply(state));
        }
      }
    }
  }

  /** Ends the stream, for the caller's mistake or because there is nothing more. */
  public synchronized void end(Status status) {
    if (ended) {
      return;
    }
    left();
    if (status.isOk()) {
      observer.onCompleted();
    } else {
      observer.onError(status.asRuntimeException());
    }
  }

  private synchronized void left() {
    ended = true;
    if (subscription != null) {
      subscription.close();
    }
  }
}

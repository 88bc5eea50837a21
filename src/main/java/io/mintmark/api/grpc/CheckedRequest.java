package io.mintmark.api.grpc;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.http.impl.HttpServerRequestWrapper;
import io.vertx.core.streams.impl.InboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A call whose body is only what was checked. The framework reads this in place of the real one.
 */
final class CheckedRequest extends HttpServerRequestWrapper {
  /** RFC 9113 section 7; a code that the framework takes for its caller's going away. */
  private static final long CANCEL = 8;

  private final InboundBuffer<Object> messages;
  private @Nullable Handler<Buffer> reader;
  private @Nullable Handler<Void> ending;
  private @Nullable Handler<Throwable> failing;
  private Runnable gone = () -> {};
  private boolean flowing = true;
  private boolean ended;

  CheckedRequest(HttpServerRequestInternal request) {
    super(request);
    messages = new InboundBuffer<>(request.context());
    messages.pause();
    messages.handler(this::pass);
  }

  /** Hands over a message. False where those before it are still unread. */
  boolean give(byte[] message) {
    return messages.write(Frames.of(message));
  }

  /** Says that there is no further message. */
  void finish() {
    messages.write(InboundBuffer.END_SENTINEL);
  }

  /** Tells when those that were unread are read. */
  void whenRead(Runnable then) {
    messages.drainHandler(read -> then.run());
  }

  /** Tells when its stream closes, however that comes. */
  void whenGone(Runnable then) {
    gone = then;
    listen();
  }

  private void pass(Object next) {
    if (next instanceof Buffer message) {
      if (reader != null) {
        reader.handle(message);
      }
    } else {
      ended = true;
      if (ending != null) {
        ending.handle(null);
      }
    }
  }

  /**
   * Its handler is told that the caller went away whenever the stream closes. The request itself
   * says so only as long as it has not ended, which every call of one message has, and nothing of a
   * connection that is lost: what serves a call that lasts would be kept for good.
   */
  @Override
  public HttpServerRequest exceptionHandler(@Nullable Handler<Throwable> handler) {
    failing = handler;
    super.exceptionHandler(
        failure -> {
          if (!(failure instanceof StreamResetException)) {
            fail(failure);
          }
        });
    listen();
    return this;
  }

  private void fail(Throwable failure) {
    Handler<Throwable> told = failing;
    if (told != null) {
      told.handle(failure);
    }
  }

  private void listen() {
    if (!response().ended()) {
      response()
          .closeHandler(
              closed -> {
                gone.run();
                fail(new StreamResetException(CANCEL));
              });
    }
  }

  @Override
  public HttpServerRequest handler(@Nullable Handler<Buffer> handler) {
    reader = handler;
    if (handler != null && flowing) {
      messages.resume();
    }
    return this;
  }

  @Override
  public HttpServerRequest endHandler(@Nullable Handler<Void> handler) {
    ending = handler;
    return this;
  }

  @Override
  public HttpServerRequest pause() {
    flowing = false;
    messages.pause();
    return this;
  }

  @Override
  public HttpServerRequest resume() {
    flowing = true;
    if (reader != null) {
      messages.resume();
    }
    return this;
  }

  @Override
  public HttpServerRequest fetch(long amount) {
    messages.fetch(amount);
    return this;
  }

  @Override
  public boolean isEnded() {
    return ended;
  }
}

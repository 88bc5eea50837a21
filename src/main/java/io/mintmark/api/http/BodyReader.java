package io.mintmark.api.http;

import io.mintmark.api.Shed;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.function.Consumer;

/** Reads a bounded body that arrives within ten seconds. */
final class BodyReader {
  /** Bytes, where a path does not say otherwise. */
  static final int MAX_BODY = 64 * 1024;

  private static final long MAX_MILLIS = 10_000;
  private static final long NONE = -1;

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final MemoryBudget budget;
  private final int most;
  private final InetAddress peer;
  private final Consumer<byte[]> whole;
  private final Buffer read = Buffer.buffer();
  private boolean done;
  private long timer = NONE;

  /**
   * @param most bytes
   */
  BodyReader(Vertx vertx, HttpServerRequest request, int most, Consumer<byte[]> whole) {
    this.vertx = vertx;
    this.request = request;
    this.budget = Connections.memory(request);
    this.most = most;
    this.peer = Call.peer(request);
    this.whole = whole;
  }

  void read() {
    if (declaredTooLarge()) {
      refuse(HttpAnswer.plain(413, "the body is larger than " + most / 1024 + " KiB"));
      return;
    }
    request.exceptionHandler(
        gone -> {
          if (!done) {
            refuse(HttpAnswer.plain(400, "the body is malformed or broke off"));
          }
        });
    request.endHandler(end -> finish());
    request.handler(this::append);
    request.resume();
    // most bodies came with their head, and are answered by now: those need no timer
    if (!done) {
      timer =
          vertx.setTimer(
              MAX_MILLIS,
              fired -> {
                if (!done) {
                  refuse(HttpAnswer.plain(408, "the body did not arrive within ten seconds"));
                }
              });
    }
  }

  private void append(Buffer part) {
    if (done) {
      return;
    }
    if (read.length() + part.length() > most) {
      refuse(HttpAnswer.plain(413, "the body is larger than " + most / 1024 + " KiB"));
      return;
    }
    if (!budget.take(peer, part.length())) {
      Connections.shed(request, Shed.MEMORY);
      refuse(HttpAnswer.OVERLOADED);
      return;
    }
    read.appendBuffer(part);
  }

  private void finish() {
    if (!done) {
      end();
      whole.accept(read.getBytes());
    }
  }

  private void end() {
    done = true;
    if (timer != NONE) {
      vertx.cancelTimer(timer);
    }
    budget.give(peer, read.length());
  }

  private boolean declaredTooLarge() {
    String declared = request.getHeader("Content-Length");
    if (declared == null) {
      return false;
    }
    try {
      return Long.parseLong(declared) > most;
    } catch (NumberFormatException unreadable) {
      return true;
    }
  }

  /** The rest of the body is not read, so the connection cannot go on. */
  private void refuse(HttpAnswer answer) {
    end();
    Response.sendAndClose(request, answer);
  }
}

package io.mintmark.api.grpc;

import io.mintmark.api.Caller;
import io.mintmark.api.Refusal;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.impl.HttpServerRequestInternal;

/**
 * Hands on the messages of a call one by one. Where none comes for half a minute there are no more:
 * what serves it answers the last one and ends.
 */
final class Conversation {
  private static final long MAX_IDLE_MILLIS = 30_000;

  private final GrpcDoor door;
  private final Vertx vertx;
  private final HttpServerRequestInternal request;
  private final Caller caller;
  private final Method method;
  private final Frames frames;
  private final CheckedRequest checked;
  private boolean done;
  private long timer;

  Conversation(
      GrpcDoor door, Vertx vertx, HttpServerRequestInternal request, Caller caller, Method method) {
    this.door = door;
    this.vertx = vertx;
    this.request = request;
    this.caller = caller;
    this.method = method;
    this.frames = new Frames(method.most());
    this.checked = new CheckedRequest(request);
  }

  void read() {
    timer = vertx.setTimer(MAX_IDLE_MILLIS, idle -> over());
    request.endHandler(end -> end());
    request.handler(this::append);
    checked.whenRead(this::goOn);
    // or its timer would hold all of it for half a minute, which nothing counts any more
    checked.whenGone(this::finish);
    door.serve(checked);
    request.resume();
  }

  private void goOn() {
    if (!done && !request.isEnded()) {
      request.resume();
    }
  }

  private void append(Buffer part) {
    if (done) {
      return;
    }
    frames.add(part);
    boolean read = true;
    for (byte[] next = frames.next(); next != null && !done; next = frames.next()) {
      vertx.cancelTimer(timer);
      timer = vertx.setTimer(MAX_IDLE_MILLIS, idle -> over());
      read = hand(next);
    }
    Flaw flaw = frames.flaw();
    if (flaw != null) {
      refuse(flaw);
    } else if (!read) {
      request.pause();
    }
  }

  private boolean hand(byte[] message) {
    try {
      Flaw flaw = door.flaw(caller, method, message);
      if (flaw == null) {
        return checked.give(message);
      }
      refuse(flaw);
    } catch (Refusal refusal) {
      finish();
      door.turnAway(request, refusal.reason());
    }
    return true;
  }

  private void end() {
    if (frames.isEmpty()) {
      over();
    } else {
      refuse(Flaw.FRAME);
    }
  }

  private void over() {
    if (!done) {
      finish();
      checked.finish();
    }
  }

  private void refuse(Flaw flaw) {
    if (!done) {
      finish();
      door.refuse(request, caller, flaw);
    }
  }

  private void finish() {
    done = true;
    vertx.cancelTimer(timer);
  }
}

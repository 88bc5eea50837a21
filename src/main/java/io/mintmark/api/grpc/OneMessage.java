package io.mintmark.api.grpc;

import io.mintmark.api.Caller;
import io.mintmark.api.Refusal;
import io.mintmark.api.Shed;
import io.mintmark.api.http.Connections;
import io.mintmark.api.http.MemoryBudget;
import io.mintmark.workload.Reason;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import org.jspecify.annotations.Nullable;

/** Reads a call of one message, which must be here whole within ten seconds, and hands it on. */
final class OneMessage {
  private static final long MAX_MILLIS = 10_000;

  private final GrpcDoor door;
  private final Vertx vertx;
  private final HttpServerRequestInternal request;
  private final Caller caller;
  private final Method method;
  private final MemoryBudget budget;
  private final Frames frames;
  private byte @Nullable [] message;
  private int held;
  private boolean done;
  private long timer;

  OneMessage(
      GrpcDoor door, Vertx vertx, HttpServerRequestInternal request, Caller caller, Method method) {
    this.door = door;
    this.vertx = vertx;
    this.request = request;
    this.caller = caller;
    this.method = method;
    this.budget = Connections.memory(request);
    this.frames = new Frames(method.most());
  }

  void read() {
    timer = vertx.setTimer(MAX_MILLIS, late -> refuse(Flaw.LATE));
    request.exceptionHandler(gone -> finish());
    request.endHandler(end -> whole());
    request.handler(this::append);
    request.resume();
  }

  private void append(Buffer part) {
    if (done) {
      return;
    }
    if (!budget.take(caller.source(), part.length())) {
      finish();
      Connections.shed(request, Shed.MEMORY);
      door.turnAway(request, Reason.OVERLOADED);
      return;
    }
    held += part.length();
    frames.add(part);
    Flaw flaw = frames.flaw();
    if (flaw == null && message == null) {
      message = frames.next();
    }
    if (flaw != null) {
      refuse(flaw);
    } else if (message != null && !frames.isEmpty()) {
      refuse(Flaw.COUNT);
    }
  }

  private void whole() {
    byte[] only = message;
    if (done) {
      return;
    }
    if (only == null) {
      refuse(frames.isEmpty() ? Flaw.COUNT : Flaw.FRAME);
      return;
    }
    finish();
    // not before its end is here: resetting what is still being sent costs the connection's others
    if (method.isAdmitted() && Connections.turnsAway(request)) {
      door.turnAway(request, Reason.OVERLOADED);
      return;
    }
    try {
      Flaw flaw = door.flaw(caller, method, only);
      if (flaw != null) {
        door.refuse(request, caller, flaw);
        return;
      }
    } catch (Refusal refusal) {
      door.turnAway(request, refusal.reason());
      return;
    }
    CheckedRequest checked = new CheckedRequest(request);
    door.serve(checked);
    checked.give(only);
    checked.finish();
  }

  private void refuse(Flaw flaw) {
    if (!done) {
      finish();
      door.refuse(request, caller, flaw);
    }
  }

  private void finish() {
    if (!done) {
      done = true;
      vertx.cancelTimer(timer);
      budget.give(caller.source(), held);
    }
  }
}

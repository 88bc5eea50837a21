package io.mintmark.api.grpc;

import io.grpc.Status;
import io.mintmark.api.Admission;
import io.mintmark.api.Answer;
import io.mintmark.api.Caller;
import io.mintmark.api.Callers;
import io.mintmark.api.Intake;
import io.mintmark.api.Presentation;
import io.mintmark.api.Refusal;
import io.mintmark.api.http.Call;
import io.mintmark.api.http.HttpAnswer;
import io.mintmark.api.http.Response;
import io.mintmark.workload.Reason;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What every gRPC call meets first. The framework inflates, decodes and gives up in its own words
 * before any interceptor sees a call, so it gets none that is not known to be sound.
 */
public final class GrpcDoor implements Handler<HttpServerRequest> {
  private static final Set<String> TYPES = Set.of("application/grpc", "application/grpc+proto");

  private final Vertx vertx;
  private final Intake intake;
  private final Callers callers;
  private final LastingCalls lasting;
  private final Handler<HttpServerRequest> framework;

  /**
   * @param framework serves the calls that are sound
   */
  public GrpcDoor(
      Vertx vertx,
      Intake intake,
      Callers callers,
      LastingCalls lasting,
      Handler<HttpServerRequest> framework) {
    this.vertx = vertx;
    this.intake = intake;
    this.callers = callers;
    this.lasting = lasting;
    this.framework = framework;
  }

  @Override
  public void handle(HttpServerRequest request) {
    if (!TYPES.contains(request.getHeader("Content-Type"))) {
      Response.send(request, HttpAnswer.plain(415, "gRPC here is application/grpc, with protobuf"));
      return;
    }
    if (!request.method().equals(HttpMethod.POST)) {
      Response.send(request, HttpAnswer.plain(405, "gRPC is called by POST").with("Allow", "POST"));
      return;
    }
    Method method = Method.at(request.uri());
    if (method == null) {
      GrpcAnswer.end(request, Status.Code.UNIMPLEMENTED, "there is no such method");
      return;
    }
    Caller caller = new Caller(Call.peer(request), null, null);
    try {
      caller =
          callers.of(caller.source(), request.sslSession(), name -> request.headers().getAll(name));
    } catch (Refusal refusal) {
      refuse(request, caller, refusal, null);
      return;
    }
    Flaw flaw = CallHead.flaw(request.headers());
    if (flaw != null) {
      refuse(request, caller, flaw);
    } else if (joins(request, caller, method)) {
      read((HttpServerRequestInternal) request, caller, method);
    }
  }

  private boolean joins(HttpServerRequest request, Caller caller, Method method) {
    boolean lasts =
        switch (method.kind()) {
          case ONE_ANSWER, CHECK -> false;
          case BUNDLES, WATCH, CONVERSATION -> true;
        };
    Reason refusal =
        lasts ? lasting.join(request, Admission.network(caller.source()), method.kind()) : null;
    if (refusal != null) {
      turnAway(request, refusal);
    }
    return refusal == null;
  }

  private void read(HttpServerRequestInternal request, Caller caller, Method method) {
    if (method.kind() == Method.Kind.CONVERSATION) {
      new Conversation(this, vertx, request, caller, method).read();
    } else {
      new OneMessage(this, vertx, request, caller, method).read();
    }
  }

  /**
   * Whether a message is one of its type, asked once the address is let in: parsing is work too.
   */
  @Nullable Flaw flaw(Caller caller, Method method, byte[] message) throws Refusal {
    if (method.isAdmitted()) {
      intake.letIn(caller);
    }
    return method.reads(message) ? null : Flaw.CONTENT;
  }

  /** Serves a call that is sound so far. */
  void serve(CheckedRequest request) {
    try {
      framework.handle(request);
    } catch (RuntimeException broken) {
      GrpcAnswer.broken(request, broken);
    }
  }

  /** Refuses a call, on the record and at its address's expense. */
  void refuse(HttpServerRequest request, Caller caller, Flaw flaw) {
    refuse(request, caller, flaw.refusal(), flaw);
  }

  void refuse(HttpServerRequest request, Caller caller, Refusal refusal, @Nullable Flaw flaw) {
    if (!request.isEnded()) {
      request.pause();
    }
    try {
      intake
          .refuse(caller, refusal)
          .whenComplete(
              (answer, failure) ->
                  ((HttpServerRequestInternal) request)
                      .context()
                      .runOnContext(now -> answer(request, answer, failure, flaw)));
    } catch (RuntimeException broken) {
      GrpcAnswer.broken(request, broken);
    }
  }

  /** Refuses a call for load, which is not worth a record. */
  void turnAway(HttpServerRequest request, Reason reason) {
    GrpcAnswer.send(
        request, StatusDetails.status(Answer.Declined.of(reason, Presentation.CLIENT, null)));
  }

  private static void answer(
      HttpServerRequest request,
      @Nullable Answer answer,
      @Nullable Throwable failure,
      @Nullable Flaw flaw) {
    if (!(answer instanceof Answer.Declined declined)) {
      GrpcAnswer.broken(request, failure);
    } else if (flaw != null && declined.reason() == flaw.reason()) {
      GrpcAnswer.send(
          request, StatusDetails.status(declined).toBuilder().setCode(flaw.code().value()).build());
    } else {
      GrpcAnswer.send(request, StatusDetails.status(declined));
    }
  }
}

package io.mintmark.api.grpc;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.mintmark.api.Answer;
import io.mintmark.api.Caller;
import io.mintmark.api.Callers;
import io.mintmark.api.Intake;
import io.mintmark.api.Presentation;
import io.mintmark.api.Refusal;
import io.mintmark.api.Request;
import io.mintmark.api.http.Failures;
import io.mintmark.api.oauth.Struck;
import io.mintmark.credential.Credential;
import io.mintmark.exchange.Recognizer.Recognition;
import io.mintmark.wire.v1.BrokerGrpc;
import io.mintmark.wire.v1.ExchangeRequest;
import io.mintmark.wire.v1.ExchangeResponse;
import io.mintmark.wire.v1.IssueCertificateRequest;
import io.mintmark.wire.v1.IssueCertificateResponse;
import io.mintmark.wire.v1.StreamBundlesRequest;
import io.mintmark.wire.v1.StreamBundlesResponse;
import io.mintmark.workload.Reason;
import io.quarkus.grpc.GrpcService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code mintmark.v1.Broker}: the same exchange over gRPC, on the event loop. */
@GrpcService
public class BrokerService extends BrokerGrpc.BrokerImplBase {
  private final Intake intake;
  private final Callers callers;
  private final BundleStreams streams;
  private final BundleDoor door;

  BrokerService(Intake intake, Callers callers, BundleStreams streams, BundleDoor door) {
    this.intake = intake;
    this.callers = callers;
    this.streams = streams;
    this.door = door;
  }

  @Override
  public void exchange(ExchangeRequest request, StreamObserver<ExchangeResponse> observer) {
    answer(observer, caller -> WireRequest.exchange(request, caller), BrokerService::token);
  }

  @Override
  public void issueCertificate(
      IssueCertificateRequest request, StreamObserver<IssueCertificateResponse> observer) {
    answer(
        observer, caller -> WireRequest.certificate(request, caller), BrokerService::certificate);
  }

  @Override
  public void streamBundles(
      StreamBundlesRequest request, StreamObserver<StreamBundlesResponse> observer) {
    var stream = (ServerCallStreamObserver<StreamBundlesResponse>) observer;
    // only possible before this method returns
    stream.setOnCancelHandler(() -> streams.leave(stream));
    Connection connection = Connection.current();
    Caller caller = new Caller(connection.peer(), null, null);
    try {
      caller = connection.caller(callers);
      follow(caller, request, stream);
    } catch (Refusal refusal) {
      intake
          .refuse(caller, refusal)
          .whenComplete((answer, failure) -> declined(stream, answer, failure));
    } catch (RuntimeException broken) {
      failed(stream, broken);
    }
  }

  private void follow(
      Caller caller,
      StreamBundlesRequest request,
      ServerCallStreamObserver<StreamBundlesResponse> stream)
      throws Refusal {
    if (!request.hasEvidence()) {
      joined(stream, streams.join(caller.source(), null, stream));
      return;
    }
    door.recognise(caller, request.getEvidence())
        .whenComplete((recognition, failure) -> recognised(caller, stream, recognition, failure));
  }

  private void recognised(
      Caller caller,
      ServerCallStreamObserver<StreamBundlesResponse> stream,
      @Nullable Recognition recognition,
      @Nullable Throwable failure) {
    switch (recognition) {
      case null -> failed(stream, failure);
      case Recognition.Known(var workload) ->
          joined(stream, streams.join(caller.source(), workload.expiresAt(), stream));
      case Recognition.Unknown(var outcome) ->
          declined(stream, Intake.answer(outcome, Presentation.CLIENT), null);
    }
  }

  private static void joined(StreamObserver<?> observer, @Nullable Reason refusal) {
    if (refusal != null) {
      declined(observer, Answer.Declined.of(refusal, Presentation.CLIENT, null), null);
    }
  }

  private static void declined(
      StreamObserver<?> observer, @Nullable Answer answer, @Nullable Throwable failure) {
    if (answer instanceof Answer.Declined declined) {
      observer.onError(StatusDetails.of(declined));
    } else {
      failed(observer, failure);
    }
  }

  private static void failed(StreamObserver<?> observer, @Nullable Throwable failure) {
    Failures.log(failure);
    observer.onError(Status.INTERNAL.asRuntimeException());
  }

  private <A> void answer(
      StreamObserver<A> observer, Reader reader, Function<Answer.Struck, A> writer) {
    Connection connection = Connection.current();
    CompletionStage<Answer> stage;
    try {
      Caller caller = connection.caller(callers);
      stage = intake.exchange(caller, () -> reader.read(caller));
    } catch (Refusal refusal) {
      stage = intake.refuse(new Caller(connection.peer(), null, null), refusal);
    } catch (RuntimeException broken) {
      // a call that nobody closes would hang for as long as its caller waits
      stage = CompletableFuture.failedFuture(broken);
    }
    stage.whenComplete(
        (answer, failure) -> {
          if (answer == null) {
            failed(observer, failure);
            return;
          }
          switch (answer) {
            case Answer.Struck struck -> {
              observer.onNext(writer.apply(struck));
              observer.onCompleted();
            }
            case Answer.Declined declined -> observer.onError(StatusDetails.of(declined));
          }
        });
  }

  private static ExchangeResponse token(Answer.Struck struck) {
    Credential credential = struck.credential();
    ExchangeResponse.Builder response =
        ExchangeResponse.newBuilder()
            .setExpiresIn(Struck.secondsLeft(credential))
            .setDecisionId(struck.decisionId())
            .addAllScopes(Struck.scopes(credential.grant()));
    return switch (credential) {
      case Credential.AccessToken token ->
          response
              .setAccessToken(token.token())
              .setTokenType("Bearer")
              .setIssuedTokenType(Struck.TYPE_ACCESS_TOKEN)
              .build();
      case Credential.JwtSvid svid ->
          response
              .setAccessToken(svid.token())
              .setTokenType("N_A")
              .setIssuedTokenType(Struck.TYPE_JWT)
              .build();
      case Credential.X509Svid svid -> throw unasked();
    };
  }

  private static IssueCertificateResponse certificate(Answer.Struck struck) {
    return switch (struck.credential()) {
      case Credential.X509Svid svid ->
          IssueCertificateResponse.newBuilder()
              .setCertificateChain(Struck.chain(svid))
              .setTrustBundle(Struck.pem(svid.authorities()))
              .setSpiffeId(Struck.spiffeId(svid))
              .setSerial(svid.serial())
              .setExpiresAt(svid.expiresAt().getEpochSecond())
              .setDecisionId(struck.decisionId())
              .build();
      case Credential.AccessToken token -> throw unasked();
      case Credential.JwtSvid svid -> throw unasked();
    };
  }

  private static IllegalStateException unasked() {
    return new IllegalStateException("a credential was struck that was not asked for");
  }

  private interface Reader {
    Request read(Caller caller) throws Refusal;
  }
}

package io.mintmark.sidecar.sockets.workloadapi;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.mintmark.jose.Jws;
import io.mintmark.jose.MalformedJose;
import io.mintmark.sidecar.held.Credentials;
import io.mintmark.sidecar.held.Credentials.State;
import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.Trust;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.sockets.identity.Statuses;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.JwtSvid;
import io.mintmark.spiffe.SvidCheck;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.TrustDomain;
import io.spiffe.workloadapi.grpc.Workload.JWTSVID;
import io.spiffe.workloadapi.grpc.Workload.JWTSVIDRequest;
import io.spiffe.workloadapi.grpc.Workload.JWTSVIDResponse;
import io.spiffe.workloadapi.grpc.Workload.ValidateJWTSVIDRequest;
import io.spiffe.workloadapi.grpc.Workload.ValidateJWTSVIDResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;

/** JWT-SVIDs for whom may have them, and whether one that somebody showed holds. */
public final class JwtSvids {
  private static final int MAX_AUDIENCES = 16;
  private static final int MAX_AUDIENCE = 512;
  private static final int MAX_TOKEN = 16 * 1024;

  private final Credentials credentials;
  private final Trust trust;
  private final InstantSource clock;
  private final NewAudiences novelties;

  /**
   * @param nanos a clock that never jumps, as {@link System#nanoTime()}
   */
  public JwtSvids(Credentials credentials, Trust trust, InstantSource clock, LongSupplier nanos) {
    this.credentials = credentials;
    this.trust = trust;
    this.clock = clock;
    this.novelties = new NewAudiences(nanos);
  }

  void fetch(JWTSVIDRequest request, String hint, StreamObserver<JWTSVIDResponse> observer) {
    List<String> audiences = request.getAudienceList().stream().distinct().toList();
    if (audiences.isEmpty()
        || audiences.size() > MAX_AUDIENCES
        || audiences.stream().anyMatch(each -> each.isEmpty() || each.length() > MAX_AUDIENCE)) {
      observer.onError(
          Status.INVALID_ARGUMENT
              .withDescription("one to 16 audiences of 1 to 512 characters are wanted")
              .asRuntimeException());
      return;
    }
    if (!novelties.admit(audiences)) {
      observer.onError(
          Status.RESOURCE_EXHAUSTED
              .withDescription("too many different audiences are asked for")
              .asRuntimeException());
      return;
    }
    credentials
        .soon(new Wanted.JwtSvid(audiences, null))
        .whenComplete((state, _) -> answer(state, request.getSpiffeId(), hint, observer));
  }

  private static void answer(
      State state, String asked, String hint, StreamObserver<JWTSVIDResponse> observer) {
    switch (state) {
      case State.Ready(Held.Token token) -> {
        if (!asked.isEmpty() && !asked.equals(token.workload().toString())) {
          refuse(
              observer,
              Status.PERMISSION_DENIED.withDescription("the SPIFFE ID asked for is another's"));
          return;
        }
        observer.onNext(
            JWTSVIDResponse.newBuilder()
                .addSvids(
                    JWTSVID
                        .newBuilder()
                        .setSpiffeId(token.workload().toString())
                        .setSvid(token.value())
                        .setHint(hint))
                .build());
        observer.onCompleted();
      }
      case State.Ready(Held.Certificate _) -> refuse(observer, Status.INTERNAL);
      case State.Pending _ ->
          refuse(observer, Statuses.unavailable("pending", "there is no answer yet"));
      case State.Unavailable(String reason, String message) ->
          refuse(observer, Statuses.unavailable(reason, message));
    }
  }

  void validate(ValidateJWTSVIDRequest request, StreamObserver<ValidateJWTSVIDResponse> observer) {
    if (request.getAudience().isEmpty()) {
      refuse(observer, invalid("the audience is missing"));
      return;
    }
    try {
      Jws jws = Jws.parse(request.getSvid(), MAX_TOKEN);
      TrustDomain domain = JwtSvid.claimedTrustDomain(jws);
      Bundle bundle = trust.bundles().get(domain);
      if (bundle == null) {
        refuse(observer, invalid("trust domain \"" + domain + "\" is not believed"));
        return;
      }
      switch (JwtSvid.validateForOneOf(jws, bundle, request.getAudience(), clock.instant())) {
        case SvidCheck.Invalid(var reason, String detail) ->
            refuse(observer, invalid(reason.word() + ": " + detail));
        case SvidCheck.Valid valid -> {
          observer.onNext(
              ValidateJWTSVIDResponse.newBuilder()
                  .setSpiffeId(valid.id().toString())
                  .setClaims(ClaimStructs.struct(jws.claims()))
                  .build());
          observer.onCompleted();
        }
      }
    } catch (MalformedJose malformed) {
      refuse(observer, invalid(malformed.reason().word() + ": " + malformed.getMessage()));
    } catch (MalformedWorkloadId malformed) {
      refuse(observer, invalid("identity-malformed: " + malformed.getMessage()));
    }
  }

  private static Status invalid(String message) {
    return Status.INVALID_ARGUMENT.withDescription(message);
  }

  private static void refuse(StreamObserver<?> observer, Status status) {
    observer.onError(status.asRuntimeException());
  }
}

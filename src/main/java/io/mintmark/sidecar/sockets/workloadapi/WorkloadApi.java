package io.mintmark.sidecar.sockets.workloadapi;

import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.mintmark.sidecar.sockets.identity.Identity;
import io.mintmark.sidecar.sockets.identity.IdentityFeed;
import io.mintmark.sidecar.sockets.identity.NewestStream;
import io.mintmark.sidecar.sockets.identity.NewestStream.Next;
import io.mintmark.sidecar.sockets.identity.Statuses;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import io.spiffe.workloadapi.grpc.SpiffeWorkloadAPIGrpc;
import io.spiffe.workloadapi.grpc.Workload.JWTBundlesRequest;
import io.spiffe.workloadapi.grpc.Workload.JWTBundlesResponse;
import io.spiffe.workloadapi.grpc.Workload.JWTSVIDRequest;
import io.spiffe.workloadapi.grpc.Workload.JWTSVIDResponse;
import io.spiffe.workloadapi.grpc.Workload.ValidateJWTSVIDRequest;
import io.spiffe.workloadapi.grpc.Workload.ValidateJWTSVIDResponse;
import io.spiffe.workloadapi.grpc.Workload.X509BundlesRequest;
import io.spiffe.workloadapi.grpc.Workload.X509BundlesResponse;
import io.spiffe.workloadapi.grpc.Workload.X509SVIDRequest;
import io.spiffe.workloadapi.grpc.Workload.X509SVIDResponse;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The SPIFFE Workload API (sections 5 and 6) for one identity. */
public final class WorkloadApi extends SpiffeWorkloadAPIGrpc.SpiffeWorkloadAPIImplBase {
  private final IdentityFeed feed;
  private final JwtSvids tokens;
  private final String hint;
  private Identity.@Nullable Ready answered;
  private X509SVIDResponse answer = X509SVIDResponse.getDefaultInstance();

  /**
   * @param hint what tells this identity from others, for clients that know several; may be empty
   */
  public WorkloadApi(IdentityFeed feed, JwtSvids tokens, String hint) {
    this.feed = feed;
    this.tokens = tokens;
    this.hint = hint;
  }

  /** The service, which refuses calls without the security header. */
  public ServerServiceDefinition service() {
    return ServerInterceptors.intercept(this, new SecurityHeader());
  }

  @Override
  public void fetchX509SVID(X509SVIDRequest request, StreamObserver<X509SVIDResponse> observer) {
    stream(
        observer,
        () ->
            switch (feed.identity()) {
              case Identity.Ready ready -> new Next.State<>(answer(ready));
              case Identity.Pending _ -> new Next.Nothing<>();
              case Identity.Unavailable(String reason, String message) ->
                  new Next.End<>(Statuses.unavailable(reason, message));
            });
  }

  @Override
  public void fetchX509Bundles(
      X509BundlesRequest request, StreamObserver<X509BundlesResponse> observer) {
    stream(observer, () -> bundles(Messages::x509Bundles));
  }

  @Override
  public void fetchJWTBundles(
      JWTBundlesRequest request, StreamObserver<JWTBundlesResponse> observer) {
    stream(observer, () -> bundles(Messages::jwtBundles));
  }

  @Override
  public void fetchJWTSVID(JWTSVIDRequest request, StreamObserver<JWTSVIDResponse> observer) {
    tokens.fetch(request, hint, observer);
  }

  @Override
  public void validateJWTSVID(
      ValidateJWTSVIDRequest request, StreamObserver<ValidateJWTSVIDResponse> observer) {
    tokens.validate(request, observer);
  }

  private <T> Next<T> bundles(Function<Map<TrustDomain, Bundle>, T> message) {
    if (feed.closed()) {
      return new Next.End<>(Status.UNAVAILABLE.withDescription("stopping: the sidecar stops"));
    }
    Map<TrustDomain, Bundle> bundles = feed.bundles();
    return bundles.isEmpty() ? new Next.Nothing<>() : new Next.State<>(message.apply(bundles));
  }

  private <T> void stream(StreamObserver<T> observer, Supplier<Next<T>> newest) {
    new NewestStream<>(feed, (ServerCallStreamObserver<T>) observer, newest, Function.<T>identity())
        .begin();
  }

  /** The same message for every stream, built once for each identity. */
  @SuppressWarnings("ReferenceEquality") // a renewed identity is another object
  private synchronized X509SVIDResponse answer(Identity.Ready ready) {
    if (ready != answered) {
      answer = Messages.svids(ready, hint);
      answered = ready;
    }
    return answer;
  }
}

package io.mintmark.sidecar.sockets.sds;

import com.google.protobuf.Any;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.mintmark.sidecar.sockets.identity.Identity;
import io.mintmark.sidecar.sockets.identity.IdentityFeed;
import io.mintmark.sidecar.sockets.identity.NewestStream.Next;
import io.mintmark.sidecar.sockets.identity.Statuses;
import io.mintmark.wire.envoy.discovery.DiscoveryRequest;
import io.mintmark.wire.envoy.discovery.DiscoveryResponse;
import io.mintmark.wire.envoy.secret.SecretDiscoveryServiceGrpc;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Envoy's secret discovery (SDS v3, state of the world) for one identity. */
public final class SecretService extends SecretDiscoveryServiceGrpc.SecretDiscoveryServiceImplBase {
  private static final int MAX_NAMES = 64;
  private static final int MAX_NAME = 2048;

  private final IdentityFeed feed;

  public SecretService(IdentityFeed feed) {
    this.feed = feed;
  }

  @Override
  public StreamObserver<DiscoveryRequest> streamSecrets(
      StreamObserver<DiscoveryResponse> observer) {
    SecretStream stream =
        new SecretStream(this, feed, (ServerCallStreamObserver<DiscoveryResponse>) observer);
    stream.begin();
    return stream;
  }

  @Override
  public void fetchSecrets(DiscoveryRequest request, StreamObserver<DiscoveryResponse> observer) {
    if (!wellFormed(request)) {
      observer.onError(malformed().asRuntimeException());
      return;
    }
    switch (secrets(names(request))) {
      case Next.State<List<Any>>(List<Any> secrets) -> {
        observer.onNext(
            DiscoveryResponse.newBuilder()
                .setVersionInfo("1")
                .setTypeUrl(Secrets.TYPE)
                .addAllResources(secrets)
                .build());
        observer.onCompleted();
      }
      case Next.Nothing<List<Any>> _ ->
          observer.onError(
              Status.UNAVAILABLE
                  .withDescription("pending: there is no credential yet")
                  .asRuntimeException());
      case Next.End<List<Any>>(Status status) -> observer.onError(status.asRuntimeException());
    }
  }

  Next<List<Any>> secrets(Set<String> names) {
    return switch (feed.identity()) {
      case Identity.Pending _ -> new Next.Nothing<>();
      case Identity.Unavailable(String reason, String message) ->
          new Next.End<>(Statuses.unavailable(reason, message));
      case Identity.Ready ready -> {
        List<Any> secrets = Secrets.named(names, ready);
        yield secrets == null
            ? new Next.End<>(
                Status.PERMISSION_DENIED.withDescription(
                    "a secret is asked for that this workload does not have"))
            : new Next.State<>(secrets);
      }
    };
  }

  static boolean wellFormed(DiscoveryRequest request) {
    return (request.getTypeUrl().isEmpty() || request.getTypeUrl().equals(Secrets.TYPE))
        && request.getResourceNamesCount() <= MAX_NAMES
        && request.getResourceNamesList().stream().allMatch(name -> name.length() <= MAX_NAME);
  }

  static Status malformed() {
    return Status.INVALID_ARGUMENT.withDescription(
        "secrets alone are served, by at most 64 names of at most 2048 characters");
  }

  static Set<String> names(DiscoveryRequest request) {
    return new LinkedHashSet<>(request.getResourceNamesList());
  }
}

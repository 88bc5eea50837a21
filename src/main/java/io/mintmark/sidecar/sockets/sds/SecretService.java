package io.mintmark.sidecar.sockets.sds;

import com.google.protobuf.Any;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.mintmark.sidecar.sockets.identity.Identity;
import io.mintmark.sidecar.sockets.identity.IdentityFeed;
import io.mintmark.sidecar.sockets.identity.NewestStream.Next;
import io.mintmark.sidecar.sockets.identity.Statuses;
import io.mintmark.wire.envoy.discovery.DeltaDiscoveryRequest;
import io.mintmark.wire.envoy.discovery.DeltaDiscoveryResponse;
import io.mintmark.wire.envoy.discovery.DiscoveryRequest;
import io.mintmark.wire.envoy.discovery.DiscoveryResponse;
import io.mintmark.wire.envoy.discovery.ErrorDetail;
import io.mintmark.wire.envoy.discovery.Resource;
import io.mintmark.wire.envoy.secret.SecretDiscoveryServiceGrpc;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Envoy's secret discovery (SDS v3, state of the world and incremental) for one identity. */
public final class SecretService extends SecretDiscoveryServiceGrpc.SecretDiscoveryServiceImplBase {
  static final int MAX_NAMES = 64;
  private static final System.Logger LOG = System.getLogger(SecretService.class.getName());
  private static final int MAX_NAME = 2048;
  private static final int MAX_DETAIL = 512;

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
  public StreamObserver<DeltaDiscoveryRequest> deltaSecrets(
      StreamObserver<DeltaDiscoveryResponse> observer) {
    DeltaStream stream =
        new DeltaStream(this, feed, (ServerCallStreamObserver<DeltaDiscoveryResponse>) observer);
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

  /** Each under the name that it was asked for by, with a version that tells it from others. */
  Next<List<Resource>> resources(Set<String> names) {
    return switch (secrets(names)) {
      case Next.Nothing<List<Any>> _ -> new Next.Nothing<>();
      case Next.End<List<Any>>(Status status) -> new Next.End<>(status);
      case Next.State<List<Any>>(List<Any> secrets) -> {
        List<Resource> resources = new ArrayList<>();
        Iterator<Any> secret = secrets.iterator();
        for (String name : names) {
          resources.add(Secrets.resource(name, secret.next()));
        }
        yield new Next.State<>(List.copyOf(resources));
      }
    };
  }

  static boolean wellFormed(DiscoveryRequest request) {
    return wellFormed(request.getTypeUrl(), request.getResourceNamesList());
  }

  static boolean wellFormed(DeltaDiscoveryRequest request) {
    return wellFormed(request.getTypeUrl(), request.getResourceNamesSubscribeList())
        && wellFormed(request.getTypeUrl(), request.getResourceNamesUnsubscribeList())
        && wellFormed(request.getTypeUrl(), request.getInitialResourceVersionsMap().keySet());
  }

  private static boolean wellFormed(String type, Collection<String> names) {
    return (type.isEmpty() || type.equals(Secrets.TYPE))
        && names.size() <= MAX_NAMES
        && names.stream().allMatch(name -> name.length() <= MAX_NAME);
  }

  /** What Envoy says of an answer that it does not take. */
  static void refused(ErrorDetail detail) {
    String text = detail.getMessage();
    String shown = text.length() > MAX_DETAIL ? text.substring(0, MAX_DETAIL) : text;
    LOG.log(
        System.Logger.Level.WARNING,
        () -> "Envoy refused a secret: " + shown.replaceAll("\\p{Cntrl}", " "));
  }

  static Status malformed() {
    return Status.INVALID_ARGUMENT.withDescription(
        "secrets alone are served, by at most 64 names of at most 2048 characters");
  }

  static Set<String> names(DiscoveryRequest request) {
    return new LinkedHashSet<>(request.getResourceNamesList());
  }
}

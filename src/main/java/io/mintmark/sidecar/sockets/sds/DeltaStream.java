package io.mintmark.sidecar.sockets.sds;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.mintmark.sidecar.sockets.identity.IdentityFeed;
import io.mintmark.sidecar.sockets.identity.NewestStream;
import io.mintmark.sidecar.sockets.identity.NewestStream.Next;
import io.mintmark.wire.envoy.discovery.DeltaDiscoveryRequest;
import io.mintmark.wire.envoy.discovery.DeltaDiscoveryResponse;
import io.mintmark.wire.envoy.discovery.Resource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One Envoy's incremental stream: it says which names it wants more or no more, and gets those
 * secrets of them that it does not have yet in this version (xDS, "Incremental xDS"). A name that
 * it asks for again is sent again. What it says to an answer needs none.
 */
final class DeltaStream implements StreamObserver<DeltaDiscoveryRequest> {
  private final SecretService service;
  private final IdentityFeed feed;
  private final NewestStream<Change, DeltaDiscoveryResponse> answers;

  /** Guarded by itself, with {@link #known}. */
  private final Set<String> names = new LinkedHashSet<>();

  /** The versions that the other side has, by name. */
  private final Map<String, String> known = new HashMap<>();

  private boolean begun;
  private long answered;

  /**
   * What is to be said next.
   *
   * @param number how many answers there were before: the same once more is another answer
   */
  private record Change(long number, List<Resource> resources) {}

  DeltaStream(
      SecretService service,
      IdentityFeed feed,
      ServerCallStreamObserver<DeltaDiscoveryResponse> observer) {
    this.service = service;
    this.feed = feed;
    this.answers = new NewestStream<>(feed, observer, this::newest, this::message);
  }

  /** A stream counts, and ends with the socket, before anything is asked on it too. */
  void begin() {
    answers.begin();
  }

  @Override
  public void onNext(DeltaDiscoveryRequest request) {
    if (request.hasErrorDetail()) {
      SecretService.refused(request.getErrorDetail());
    }
    if (!SecretService.wellFormed(request) || !subscribed(request)) {
      answers.end(SecretService.malformed());
      return;
    }
    answers.look();
  }

  /** False where there are too many names now. */
  private boolean subscribed(DeltaDiscoveryRequest request) {
    synchronized (names) {
      if (!begun) {
        begun = true;
        known.putAll(request.getInitialResourceVersionsMap());
        if (request.getResourceNamesSubscribeCount() == 0) {
          names.addAll(Secrets.ALL);
        }
      }
      for (String name : request.getResourceNamesSubscribeList()) {
        if (name.equals("*")) {
          names.addAll(Secrets.ALL);
        } else if (!names.add(name)) {
          known.remove(name);
        }
      }
      for (String name : request.getResourceNamesUnsubscribeList()) {
        names.removeAll(name.equals("*") ? Secrets.ALL : Set.of(name));
        known.remove(name);
      }
      return names.size() <= SecretService.MAX_NAMES;
    }
  }

  private Next<Change> newest() {
    synchronized (names) {
      if (feed.closed()) {
        return new Next.End<>(Status.UNAVAILABLE.withDescription("stopping: the sidecar stops"));
      }
      if (names.isEmpty()) {
        return new Next.Nothing<>();
      }
      return switch (service.resources(names)) {
        case Next.Nothing<List<Resource>> _ -> new Next.Nothing<>();
        case Next.End<List<Resource>>(Status status) -> new Next.End<>(status);
        case Next.State<List<Resource>>(List<Resource> all) -> {
          List<Resource> changed =
              all.stream()
                  .filter(each -> !each.getVersion().equals(known.get(each.getName())))
                  .toList();
          yield changed.isEmpty()
              ? new Next.Nothing<>()
              : new Next.State<>(new Change(answered, changed));
        }
      };
    }
  }

  private DeltaDiscoveryResponse message(Change change) {
    synchronized (names) {
      answered++;
      change.resources().forEach(each -> known.put(each.getName(), each.getVersion()));
      return DeltaDiscoveryResponse.newBuilder()
          .setSystemVersionInfo(Long.toString(answered))
          .setNonce(Long.toString(answered))
          .setTypeUrl(Secrets.TYPE)
          .addAllResources(change.resources())
          .build();
    }
  }

  @Override
  public void onError(Throwable left) {
    // the caller is gone; the stream has heard of it
  }

  @Override
  public void onCompleted() {
    answers.end(Status.OK);
  }
}

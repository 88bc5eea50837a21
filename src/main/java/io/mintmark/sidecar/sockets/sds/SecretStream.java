package io.mintmark.sidecar.sockets.sds;

import com.google.protobuf.Any;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.mintmark.sidecar.sockets.identity.IdentityFeed;
import io.mintmark.sidecar.sockets.identity.NewestStream;
import io.mintmark.sidecar.sockets.identity.NewestStream.Next;
import io.mintmark.wire.envoy.discovery.DiscoveryRequest;
import io.mintmark.wire.envoy.discovery.DiscoveryResponse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One Envoy's stream. An answer goes out when the names change or the secrets do; what Envoy says
 * to it is an acknowledgement, or a refusal that is logged and changes nothing until there is
 * something newer. What it says to an older answer is passed over (xDS, "ACK/NACK and versioning").
 */
final class SecretStream implements StreamObserver<DiscoveryRequest> {
  private final SecretService service;
  private final IdentityFeed feed;
  private final NewestStream<List<Any>, DiscoveryResponse> answers;
  private volatile @Nullable Set<String> names;
  private final AtomicLong answered = new AtomicLong();

  SecretStream(
      SecretService service,
      IdentityFeed feed,
      ServerCallStreamObserver<DiscoveryResponse> observer) {
    this.service = service;
    this.feed = feed;
    this.answers = new NewestStream<>(feed, observer, this::newest, this::message);
  }

  /** A stream counts, and ends with the socket, before anything is asked on it too. */
  void begin() {
    answers.begin();
  }

  @Override
  public void onNext(DiscoveryRequest request) {
    String nonce = request.getResponseNonce();
    if (!nonce.isEmpty() && !nonce.equals(Long.toString(answered.get()))) {
      return;
    }
    if (!SecretService.wellFormed(request)) {
      answers.end(SecretService.malformed());
      return;
    }
    if (request.hasErrorDetail()) {
      SecretService.refused(request.getErrorDetail());
    }
    names = SecretService.names(request);
    answers.look();
  }

  @Override
  public void onError(Throwable left) {
    // the caller is gone; the stream has heard of it
  }

  @Override
  public void onCompleted() {
    answers.end(Status.OK);
  }

  private Next<List<Any>> newest() {
    Set<String> wanted = names;
    if (wanted != null) {
      return service.secrets(wanted);
    }
    return feed.closed()
        ? new Next.End<>(Status.UNAVAILABLE.withDescription("stopping: the sidecar stops"))
        : new Next.Nothing<>();
  }

  private DiscoveryResponse message(List<Any> secrets) {
    String version = Long.toString(answered.incrementAndGet());
    return DiscoveryResponse.newBuilder()
        .setVersionInfo(version)
        .setNonce(version)
        .setTypeUrl(Secrets.TYPE)
        .addAllResources(secrets)
        .build();
  }
}

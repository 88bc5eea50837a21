package io.mintmark.sidecar.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.mintmark.sidecar.delivery.Delivery;
import io.mintmark.wire.envoy.discovery.DeltaDiscoveryRequest;
import io.mintmark.wire.envoy.discovery.DeltaDiscoveryResponse;
import io.mintmark.wire.envoy.discovery.ErrorDetail;
import io.mintmark.wire.envoy.discovery.Resource;
import io.mintmark.wire.envoy.secret.SecretDiscoveryServiceGrpc;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secret discovery by an Envoy that is configured with {@code api_type: DELTA_GRPC}. */
class DeltaSecretsTest {
  private static final String TYPE =
      "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

  @TempDir Path folder;
  private ServedSocket socket;
  private Delivery served;
  private Inbox<DeltaDiscoveryRequest, DeltaDiscoveryResponse> inbox;
  private StreamObserver<DeltaDiscoveryRequest> requests;

  @BeforeEach
  void serve() throws IOException {
    socket = new ServedSocket(folder);
    served = socket.serve(socket.plan(null));
    inbox = new Inbox<>();
    requests = SecretDiscoveryServiceGrpc.newStub(socket.connect()).deltaSecrets(inbox);
  }

  @AfterEach
  void close() {
    socket.close();
  }

  @Test
  void aSecretOfAnotherWorkloadIsDenied() {
    socket.renew();
    requests.onNext(more("default", "spiffe://prod.example.org/other").build());
    assertThat(inbox.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(inbox.isEmpty()).isTrue();
  }

  @Test
  void tooManyNamesAreRefusedInOneRequestAndOverMany() {
    String[] many = new String[65];
    java.util.Arrays.fill(many, "default");
    requests.onNext(more(many).build());
    assertThat(inbox.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);

    Inbox<DeltaDiscoveryRequest, DeltaDiscoveryResponse> second = new Inbox<>();
    StreamObserver<DeltaDiscoveryRequest> patient =
        SecretDiscoveryServiceGrpc.newStub(socket.connect()).deltaSecrets(second);
    for (int i = 0; i < 65; i++) {
      patient.onNext(more("name-" + i).build());
    }
    assertThat(second.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void anExpiredCertificateIsNeverSent() {
    socket.renew();
    socket.now = socket.now.plus(Duration.ofHours(1));
    requests.onNext(more("default").build());
    assertThat(inbox.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(inbox.isEmpty()).isTrue();
  }

  @Test
  void onlyWhatChangedIsSent() throws Exception {
    socket.renew();
    requests.onNext(more("default", "ROOTCA").build());
    DeltaDiscoveryResponse first = inbox.next();
    assertThat(first.getResourcesList())
        .extracting(Resource::getName)
        .containsExactly("default", "ROOTCA");
    assertThat(first.getTypeUrl()).isEqualTo(TYPE);
    requests.onNext(answered(first).build());

    socket.renew();
    DeltaDiscoveryResponse second = inbox.next();
    assertThat(second.getResourcesList()).extracting(Resource::getName).containsExactly("default");
    assertThat(second.getResources(0).getVersion())
        .isNotEqualTo(first.getResources(0).getVersion());
    assertThat(second.getNonce()).isNotEqualTo(first.getNonce());
  }

  @Test
  void aRefusalIsNotAnsweredUntilThereIsSomethingNewer() throws Exception {
    socket.renew();
    requests.onNext(more("default").build());
    DeltaDiscoveryResponse first = inbox.next();
    requests.onNext(
        answered(first)
            .setErrorDetail(ErrorDetail.newBuilder().setCode(3).setMessage("no\nthanks"))
            .build());
    socket.renew();
    assertThat(inbox.next().getResourcesCount()).isEqualTo(1);
    requests.onCompleted();
    assertThat(inbox.end().isOk()).isTrue();
    assertThat(inbox.isEmpty()).isTrue();
  }

  @Test
  void namesAreAddedTakenAwayAndAskedForAgain() throws Exception {
    socket.renew();
    requests.onNext(more("default").build());
    inbox.next();
    requests.onNext(more("ROOTCA").build());
    assertThat(names(inbox.next())).containsExactly("ROOTCA");
    requests.onNext(more("ROOTCA").build());
    assertThat(names(inbox.next())).containsExactly("ROOTCA");
    requests.onNext(
        DeltaDiscoveryRequest.newBuilder().addResourceNamesUnsubscribe("default").build());
    // answered in their order, so that the name is gone by now
    requests.onNext(more("ALL").build());
    assertThat(names(inbox.next())).containsExactly("ALL");
    socket.renew();
    requests.onCompleted();
    assertThat(inbox.end().isOk()).isTrue();
    assertThat(inbox.isEmpty()).isTrue();
  }

  @Test
  void whoComesBackGetsWhatItDoesNotHaveYet() throws Exception {
    socket.renew();
    requests.onNext(more("default", "ROOTCA").build());
    DeltaDiscoveryResponse first = inbox.next();
    socket.renew();
    inbox.next();

    Inbox<DeltaDiscoveryRequest, DeltaDiscoveryResponse> again = new Inbox<>();
    SecretDiscoveryServiceGrpc.newStub(socket.connect())
        .deltaSecrets(again)
        .onNext(
            more("default", "ROOTCA")
                .putInitialResourceVersions("default", first.getResources(0).getVersion())
                .putInitialResourceVersions("ROOTCA", first.getResources(1).getVersion())
                .build());
    assertThat(names(again.next())).containsExactly("default");
  }

  @Test
  void whoNamesNothingGetsEverything() throws Exception {
    socket.renew();
    requests.onNext(more().build());
    assertThat(names(inbox.next())).containsExactly("default", "ROOTCA", "ALL");
  }

  @Test
  void aStreamOnWhichNothingWasAskedDoesNotHoldUpTheEnd() {
    socket.renew();
    served.stop(Duration.ofMinutes(5));
    assertThat(inbox.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  private static List<String> names(DeltaDiscoveryResponse answer) {
    return answer.getResourcesList().stream().map(Resource::getName).toList();
  }

  private static DeltaDiscoveryRequest.Builder more(String... names) {
    return DeltaDiscoveryRequest.newBuilder()
        .setTypeUrl(TYPE)
        .addAllResourceNamesSubscribe(List.of(names));
  }

  private static DeltaDiscoveryRequest.Builder answered(DeltaDiscoveryResponse answer) {
    return DeltaDiscoveryRequest.newBuilder().setTypeUrl(TYPE).setResponseNonce(answer.getNonce());
  }
}

package io.mintmark.sidecar.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.mintmark.sidecar.delivery.Delivery;
import io.mintmark.sidecar.held.Held;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.Certificates;
import io.mintmark.wire.envoy.discovery.DiscoveryRequest;
import io.mintmark.wire.envoy.discovery.DiscoveryResponse;
import io.mintmark.wire.envoy.discovery.ErrorDetail;
import io.mintmark.wire.envoy.secret.SecretDiscoveryServiceGrpc;
import io.mintmark.wire.envoy.tls.SPIFFECertValidatorConfig;
import io.mintmark.wire.envoy.tls.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretServiceTest {
  private static final String TYPE =
      "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

  @TempDir Path folder;
  private ServedSocket socket;
  private Delivery served;
  private ManagedChannel channel;
  private Inbox<DiscoveryRequest, DiscoveryResponse> inbox;
  private StreamObserver<DiscoveryRequest> requests;

  @BeforeEach
  void serve() throws IOException {
    socket = new ServedSocket(folder);
    served = socket.serve(socket.plan(null));
    inbox = new Inbox<>();
    channel = socket.connect();
    requests = SecretDiscoveryServiceGrpc.newStub(channel).streamSecrets(inbox);
  }

  @AfterEach
  void close() {
    socket.close();
  }

  @Test
  void aSecretOfAnotherWorkloadIsDenied() {
    socket.renew();
    requests.onNext(names("", "default", "spiffe://prod.example.org/other"));
    assertThat(inbox.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(inbox.isEmpty()).isTrue();
  }

  @Test
  void anotherKindOfResourceAndTooManyNamesAreRefused() {
    socket.renew();
    requests.onNext(
        names("").toBuilder()
            .setTypeUrl("type.googleapis.com/envoy.config.cluster.v3.Cluster")
            .build());
    assertThat(inbox.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    Inbox<DiscoveryRequest, DiscoveryResponse> second = new Inbox<>();
    SecretDiscoveryServiceGrpc.newStub(socket.connect())
        .streamSecrets(second)
        .onNext(names("", new String[65]));
    assertThat(second.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void anExpiredCertificateIsNeverSent() {
    socket.renew();
    socket.now = socket.now.plus(Duration.ofHours(1));
    requests.onNext(names("", "default"));
    assertThat(inbox.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(inbox.isEmpty()).isTrue();
  }

  @Test
  void theNamesAreThoseOfSpire() throws Exception {
    Held.Certificate held = socket.renew();
    requests.onNext(
        names(
            "",
            "default",
            ServedSocket.ID,
            "ROOTCA",
            "spiffe://prod.example.org",
            "spiffe://other.example.org",
            "ALL"));
    List<Secret> secrets = secrets(inbox.next());
    for (int i = 0; i < 2; i++) {
      assertThat(
              Certificates.parse(
                  secrets
                      .get(i)
                      .getTlsCertificate()
                      .getCertificateChain()
                      .getInlineBytes()
                      .toByteArray(),
                  4))
          .isEqualTo(held.chain());
      assertThat(secrets.get(i).getTlsCertificate().getPrivateKey().getInlineBytes().toStringUtf8())
          .startsWith("-----BEGIN PRIVATE KEY-----\n");
    }
    assertThat(domains(secrets.get(2))).containsExactly("prod.example.org");
    assertThat(domains(secrets.get(3))).containsExactly("prod.example.org");
    assertThat(domains(secrets.get(4))).containsExactly("other.example.org");
    assertThat(domains(secrets.get(5))).containsExactly("prod.example.org", "other.example.org");
  }

  @Test
  void aDomainThatIsNoLongerBelievedIsNotNamedAgain() throws Exception {
    socket.renew();
    requests.onNext(names("", "ALL"));
    assertThat(domains(secrets(inbox.next()).getFirst())).hasSize(2);
    socket.held.trust(
        socket.bundle(), new Bundle(ServedSocket.OTHER, List.of(), List.of(), null, null));
    assertThat(domains(secrets(inbox.next()).getFirst())).containsExactly("prod.example.org");
  }

  @Test
  void acknowledgementsRefusalsAndOldNoncesAreNotAnswered() throws Exception {
    socket.renew();
    requests.onNext(names("", "default"));
    DiscoveryResponse first = inbox.next();
    requests.onNext(names(first.getNonce(), "default"));
    socket.renew();
    DiscoveryResponse second = inbox.next();
    assertThat(second.getNonce()).isNotEqualTo(first.getNonce());
    assertThat(second.getVersionInfo()).isNotEqualTo(first.getVersionInfo());
    // about an answer that is no longer the last: its names do not count
    requests.onNext(names(first.getNonce(), "nobody's"));
    requests.onNext(
        names(second.getNonce(), "default").toBuilder()
            .setErrorDetail(ErrorDetail.newBuilder().setCode(3).setMessage("no\nthanks"))
            .build());
    requests.onNext(names(second.getNonce(), "ROOTCA"));
    DiscoveryResponse third = inbox.next();
    assertThat(secrets(third).getFirst().getName()).isEqualTo("ROOTCA");
    assertThat(inbox.isEmpty()).isTrue();
  }

  @Test
  void renewingTheCertificateDoesNotSendTheTrustAgain() throws Exception {
    socket.renew();
    requests.onNext(names("", "ROOTCA"));
    inbox.next();
    socket.renew();
    requests.onCompleted();
    assertThat(inbox.end().isOk()).isTrue();
    assertThat(inbox.isEmpty()).isTrue();
  }

  @Test
  void aStreamOnWhichNothingWasAskedDoesNotHoldUpTheEnd() {
    socket.renew();
    // the stream was opened before it on the same connection
    SecretDiscoveryServiceGrpc.newBlockingStub(channel).fetchSecrets(names(""));
    served.stop(Duration.ofMinutes(5));
    assertThat(inbox.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(inbox.end().getDescription()).contains("stopping");
  }

  @Test
  void whoAsksBeforeThereIsACertificateGetsTheFirst() throws Exception {
    requests.onNext(names("", "default"));
    Held.Certificate held = socket.renew();
    assertThat(
            Certificates.parse(
                secrets(inbox.next())
                    .getFirst()
                    .getTlsCertificate()
                    .getCertificateChain()
                    .getInlineBytes()
                    .toByteArray(),
                4))
        .isEqualTo(held.chain());
  }

  @Test
  void fetchAnswersOnceWithEverything() throws Exception {
    socket.renew();
    DiscoveryResponse answer =
        SecretDiscoveryServiceGrpc.newBlockingStub(socket.connect()).fetchSecrets(names(""));
    assertThat(secrets(answer))
        .extracting(Secret::getName)
        .containsExactly("default", "ROOTCA", "ALL");
  }

  private static DiscoveryRequest names(String nonce, String... names) {
    DiscoveryRequest.Builder request =
        DiscoveryRequest.newBuilder().setTypeUrl(TYPE).setResponseNonce(nonce);
    for (String name : names) {
      request.addResourceNames(name == null ? "x" : name);
    }
    return request.build();
  }

  private static List<Secret> secrets(DiscoveryResponse response)
      throws InvalidProtocolBufferException {
    List<Secret> secrets = new java.util.ArrayList<>();
    for (Any any : response.getResourcesList()) {
      secrets.add(any.unpack(Secret.class));
    }
    return secrets;
  }

  private static List<String> domains(Secret secret) throws InvalidProtocolBufferException {
    return secret
        .getValidationContext()
        .getCustomValidatorConfig()
        .getTypedConfig()
        .unpack(SPIFFECertValidatorConfig.class)
        .getTrustDomainsList()
        .stream()
        .map(SPIFFECertValidatorConfig.TrustDomain::getName)
        .toList();
  }
}

package io.mintmark.sidecar.sockets;

import static io.mintmark.sidecar.sockets.ServedSocket.withHeader;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.mintmark.sidecar.held.Credentials.State;
import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.Certificates;
import io.spiffe.workloadapi.grpc.SpiffeWorkloadAPIGrpc;
import io.spiffe.workloadapi.grpc.SpiffeWorkloadAPIGrpc.SpiffeWorkloadAPIBlockingStub;
import io.spiffe.workloadapi.grpc.SpiffeWorkloadAPIGrpc.SpiffeWorkloadAPIStub;
import io.spiffe.workloadapi.grpc.Workload.JWTBundlesRequest;
import io.spiffe.workloadapi.grpc.Workload.JWTBundlesResponse;
import io.spiffe.workloadapi.grpc.Workload.JWTSVID;
import io.spiffe.workloadapi.grpc.Workload.JWTSVIDRequest;
import io.spiffe.workloadapi.grpc.Workload.ValidateJWTSVIDRequest;
import io.spiffe.workloadapi.grpc.Workload.ValidateJWTSVIDResponse;
import io.spiffe.workloadapi.grpc.Workload.X509BundlesRequest;
import io.spiffe.workloadapi.grpc.Workload.X509BundlesResponse;
import io.spiffe.workloadapi.grpc.Workload.X509SVID;
import io.spiffe.workloadapi.grpc.Workload.X509SVIDRequest;
import io.spiffe.workloadapi.grpc.Workload.X509SVIDResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkloadApiTest {
  @TempDir Path folder;
  private ServedSocket socket;

  @BeforeEach
  void serve() throws IOException {
    socket = new ServedSocket(folder);
    socket.serve(socket.plan(null));
  }

  @AfterEach
  void close() {
    socket.close();
  }

  @Test
  void aCallWithoutTheSecurityHeaderOrWithAnotherValueIsRefused() {
    socket.renew();
    SpiffeWorkloadAPIBlockingStub bare = SpiffeWorkloadAPIGrpc.newBlockingStub(socket.connect());
    Metadata twice = new Metadata();
    Metadata.Key<String> key =
        Metadata.Key.of("workload.spiffe.io", Metadata.ASCII_STRING_MARSHALLER);
    twice.put(key, "true");
    twice.put(key, "false");
    for (SpiffeWorkloadAPIBlockingStub each :
        List.of(bare, bare.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(twice)))) {
      assertThat(refusal(() -> each.fetchX509SVID(X509SVIDRequest.getDefaultInstance()).next()))
          .isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(refusal(() -> each.fetchJWTSVID(request("a"))))
          .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
  }

  @Test
  void aWatcherSeesEachRotationWithTheBundleThatGoesWithIt() throws Exception {
    Held.Certificate first = socket.renew();
    Inbox<X509SVIDRequest, X509SVIDResponse> inbox = new Inbox<>();
    calls().fetchX509SVID(X509SVIDRequest.getDefaultInstance(), inbox);
    X509SVIDResponse message = inbox.next();
    X509SVID svid = message.getSvids(0);
    assertThat(svid.getSpiffeId()).isEqualTo(ServedSocket.ID);
    assertThat(svid.getHint()).isEqualTo("internal");
    assertThat(Certificates.parse(svid.getX509Svid().toByteArray(), 4)).isEqualTo(first.chain());
    assertThat(svid.getX509SvidKey().toByteArray()).isEqualTo(first.key().getEncoded());
    assertThat(Certificates.parse(svid.getBundle().toByteArray(), 4))
        .containsExactly(socket.authority.certificate());
    assertThat(message.getFederatedBundlesMap()).containsOnlyKeys("spiffe://other.example.org");

    Held.Certificate second = socket.renew();
    assertThat(Certificates.parse(inbox.next().getSvids(0).getX509Svid().toByteArray(), 4))
        .isEqualTo(second.chain());
    socket.held.trust(socket.bundle());
    assertThat(inbox.next().getFederatedBundlesMap()).isEmpty();
  }

  @Test
  void anExpiredCertificateIsNeverSentEvenBeforeAnybodyNoticed() {
    socket.renew();
    socket.now = socket.now.plus(Duration.ofHours(1));
    Inbox<X509SVIDRequest, X509SVIDResponse> inbox = new Inbox<>();
    calls().fetchX509SVID(X509SVIDRequest.getDefaultInstance(), inbox);
    assertThat(inbox.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(inbox.end().getDescription()).contains("expired");
    assertThat(inbox.isEmpty()).isTrue();
  }

  @Test
  void aLossEndsTheStreamWithItsReason() throws Exception {
    socket.renew();
    Inbox<X509SVIDRequest, X509SVIDResponse> inbox = new Inbox<>();
    calls().fetchX509SVID(X509SVIDRequest.getDefaultInstance(), inbox);
    inbox.next();
    socket.held.become(
        ServedSocket.IDENTITY, new State.Unavailable("broker-unreachable", "the broker is away"));
    assertThat(inbox.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(inbox.end().getDescription()).isEqualTo("broker-unreachable: the broker is away");
  }

  @Test
  void aReaderTooSlowForTheRotationsGetsTheNewestOnly() throws Exception {
    socket.renew();
    Inbox<X509SVIDRequest, X509SVIDResponse> inbox = new Inbox<>(true);
    calls().fetchX509SVID(X509SVIDRequest.getDefaultInstance(), inbox);
    Held.Certificate last = socket.renew();
    for (int i = 0; i < 300; i++) {
      last = socket.renew();
    }
    inbox.request(1000);
    byte[] newest = Certificates.pem(last.chain()).getBytes();
    int received = 0;
    for (byte[] chain = {}; !java.util.Arrays.equals(chain, newest); received++) {
      chain =
          Certificates.pem(
                  Certificates.parse(inbox.next().getSvids(0).getX509Svid().toByteArray(), 4))
              .getBytes();
    }
    // what its window held was sent; all the rest was passed over
    assertThat(received).isLessThan(200);
  }

  @Test
  void thousandsOfStreamsAreTooMany() throws Exception {
    socket.renew();
    List<Inbox<X509SVIDRequest, X509SVIDResponse>> all = new ArrayList<>();
    for (int connection = 0; connection < 12; connection++) {
      SpiffeWorkloadAPIStub stub = calls();
      for (int i = 0; i < 100; i++) {
        Inbox<X509SVIDRequest, X509SVIDResponse> inbox = new Inbox<>();
        stub.fetchX509SVID(X509SVIDRequest.getDefaultInstance(), inbox);
        all.add(inbox);
      }
    }
    int refused = 0;
    for (Inbox<X509SVIDRequest, X509SVIDResponse> inbox : all) {
      while (inbox.open() && inbox.isEmpty()) {
        Thread.onSpinWait();
      }
      if (!inbox.open()) {
        assertThat(inbox.end().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        refused++;
      }
    }
    assertThat(refused).isEqualTo(1200 - 1024);
    // unary calls go on
    Wanted.JwtSvid wanted = new Wanted.JwtSvid(List.of("a"), null);
    socket.held.become(wanted, new State.Ready(socket.token("x")));
    assertThat(blocking().fetchJWTSVID(request("a")).getSvids(0).getSvid()).isEqualTo("x");
  }

  @Test
  void streamsThatEndedLeaveTheirPlacesToOthers() throws Exception {
    socket.renew();
    for (int round = 0; round < 3; round++) {
      List<CancellableContext> contexts = new ArrayList<>();
      for (int connection = 0; connection < 10; connection++) {
        SpiffeWorkloadAPIStub stub = calls();
        CancellableContext context = Context.current().withCancellation();
        contexts.add(context);
        for (int i = 0; i < 100; i++) {
          Inbox<X509SVIDRequest, X509SVIDResponse> inbox = new Inbox<>();
          context.run(() -> stub.fetchX509SVID(X509SVIDRequest.getDefaultInstance(), inbox));
          assertThat(inbox.next().getSvidsCount()).isEqualTo(1);
        }
      }
      contexts.forEach(context -> context.cancel(null));
    }
  }

  @Test
  void bundlesOfDomainsWithoutAKeyOfTheKindAreLeftOut() throws Exception {
    socket.held.trust(
        socket.bundle(), new Bundle(ServedSocket.OTHER, List.of(), List.of(), null, null));
    Inbox<X509BundlesRequest, X509BundlesResponse> x509 = new Inbox<>();
    calls().fetchX509Bundles(X509BundlesRequest.getDefaultInstance(), x509);
    assertThat(x509.next().getBundlesMap()).containsOnlyKeys("spiffe://prod.example.org");
    Inbox<JWTBundlesRequest, JWTBundlesResponse> jwt = new Inbox<>();
    calls().fetchJWTBundles(JWTBundlesRequest.getDefaultInstance(), jwt);
    JWTBundlesResponse first = jwt.next();
    assertThat(first.getBundlesMap()).containsOnlyKeys("spiffe://prod.example.org");
    assertThat(first.getBundlesMap().get("spiffe://prod.example.org").toStringUtf8())
        .contains("\"kid\":\"k1\"")
        .doesNotContain("x509-svid");
  }

  @Test
  void aJwtSvidIsFetchedForTheAudiencesAskedFor() {
    Wanted.JwtSvid wanted = new Wanted.JwtSvid(List.of("a", "b"), null);
    socket.held.become(wanted, new State.Ready(socket.token("the-token")));
    JWTSVID svid = blocking().fetchJWTSVID(request("a", "b", "a")).getSvids(0);
    assertThat(svid.getSvid()).isEqualTo("the-token");
    assertThat(svid.getSpiffeId()).isEqualTo(ServedSocket.ID);
    assertThat(svid.getHint()).isEqualTo("internal");
  }

  @Test
  void aJwtSvidForNobodyForAnotherOrNotGrantedIsRefused() {
    assertThat(refusal(() -> blocking().fetchJWTSVID(request())))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refusal(() -> blocking().fetchJWTSVID(request("x".repeat(513)))))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(refusal(() -> blocking().fetchJWTSVID(request("not-granted"))))
        .isEqualTo(Status.Code.PERMISSION_DENIED);
    socket.held.become(
        new Wanted.JwtSvid(List.of("a"), null), new State.Ready(socket.token("the-token")));
    assertThat(
            refusal(
                () ->
                    blocking()
                        .fetchJWTSVID(
                            request("a").toBuilder()
                                .setSpiffeId("spiffe://prod.example.org/other")
                                .build())))
        .isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  @Test
  void inventedAudiencesDoNotBecomeAStormAtTheBroker() {
    SpiffeWorkloadAPIBlockingStub stub = blocking();
    int exhausted = 0;
    for (int i = 0; i < 200; i++) {
      String audience = "invented-" + i;
      if (refusal(() -> stub.fetchJWTSVID(request(audience))) == Status.Code.RESOURCE_EXHAUSTED) {
        exhausted++;
      }
    }
    assertThat(exhausted).isPositive();
    assertThat(socket.held.asked).hasSize(200 - exhausted);
    // what was asked for before is still served
    assertThat(refusal(() -> stub.fetchJWTSVID(request("invented-0"))))
        .isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  @Test
  void aTokenThatHoldsIsValidatedWithItsClaims() {
    String token =
        socket.jwtSvid(
            ServedSocket.ID, "[\"ledger\",\"web\"]", socket.now.plus(Duration.ofMinutes(1)));
    ValidateJWTSVIDResponse answer = validate("ledger", token);
    assertThat(answer.getSpiffeId()).isEqualTo(ServedSocket.ID);
    assertThat(answer.getClaims().getFieldsOrThrow("sub").getStringValue())
        .isEqualTo(ServedSocket.ID);
    assertThat(
            answer
                .getClaims()
                .getFieldsOrThrow("roles")
                .getListValue()
                .getValues(1)
                .getStructValue()
                .getFieldsOrThrow("n")
                .getNumberValue())
        .isEqualTo(1);
  }

  @Test
  void aTokenThatDoesNotHoldIsRefused() {
    java.time.Instant soon = socket.now.plus(Duration.ofMinutes(1));
    String good = socket.jwtSvid(ServedSocket.ID, "[\"ledger\"]", soon);
    for (String[] each :
        new String[][] {
          {"", good},
          {"other", good},
          {"ledger", socket.jwtSvid(ServedSocket.ID, "[\"ledger\"]", socket.now)},
          {"ledger", socket.jwtSvid("spiffe://unknown.example.org/x", "[\"ledger\"]", soon)},
          {"ledger", good.substring(0, good.length() - 4) + "AAAA"},
          {"ledger", "nonsense"}
        }) {
      assertThat(refusal(() -> validate(each[0], each[1]))).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }
    assertThatThrownBy(() -> validate("ledger", "secret.secret.secret"))
        .isInstanceOf(StatusRuntimeException.class)
        .message()
        .doesNotContain("secret");
  }

  private ValidateJWTSVIDResponse validate(String audience, String token) {
    return blocking()
        .validateJWTSVID(
            ValidateJWTSVIDRequest.newBuilder().setAudience(audience).setSvid(token).build());
  }

  private static JWTSVIDRequest request(String... audiences) {
    return JWTSVIDRequest.newBuilder().addAllAudience(List.of(audiences)).build();
  }

  private static Status.Code refusal(Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException refused) {
      return refused.getStatus().getCode();
    }
    throw new AssertionError("it was not refused");
  }

  private SpiffeWorkloadAPIStub calls() {
    return withHeader(SpiffeWorkloadAPIGrpc.newStub(socket.connect()));
  }

  private SpiffeWorkloadAPIBlockingStub blocking() {
    return withHeader(SpiffeWorkloadAPIGrpc.newBlockingStub(socket.connect()));
  }
}

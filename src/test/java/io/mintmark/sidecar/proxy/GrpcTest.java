package io.mintmark.sidecar.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.mintmark.spiffe.Certificates;
import io.mintmark.spiffe.Pki;
import io.mintmark.spiffe.Pki.Issued;
import io.mintmark.wire.envoy.discovery.DiscoveryRequest;
import io.mintmark.wire.envoy.discovery.DiscoveryResponse;
import io.mintmark.wire.envoy.secret.SecretDiscoveryServiceGrpc;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** gRPC through the proxy, over HTTP/2 on both sides: streams, trailers, cancellation, room. */
@Timeout(90)
class GrpcTest {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> DETAIL =
      Metadata.Key.of("x-detail", Metadata.ASCII_STRING_MARSHALLER);
  private static final int LARGE = 256 * 1024;

  @TempDir Path folder;
  private final Api api = new Api();
  private final List<Iterable<String>> authorizations = new CopyOnWriteArrayList<>();
  private Server server;
  private ProxyFixture proxy;
  private ManagedChannel channel;

  @BeforeEach
  void serve() throws IOException {
    Instant now = Instant.now();
    Issued authority =
        Pki.authority("CN=api").valid(now.minusSeconds(60), now.plusSeconds(7200)).selfSigned();
    Issued own =
        Pki.leaf("spiffe://prod.example.org/api")
            .names(new GeneralName(GeneralName.dNSName, "localhost"))
            .valid(now.minusSeconds(60), now.plusSeconds(3600))
            .by(authority);
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sslContext(
                GrpcSslContexts.configure(
                        SslContextBuilder.forServer(own.keys().getPrivate(), own.certificate()),
                        SslProvider.JDK)
                    .build())
            .addService(api)
            .intercept(new Seen())
            .build()
            .start();
    Path ca = folder.resolve("api.pem");
    Files.writeString(ca, Certificates.pem(List.of(authority.certificate())));
    proxy =
        new ProxyFixture(
            new RawUpstream(),
            plan ->
                new ProxyPlan(
                    plan.label(),
                    plan.mode(),
                    plan.entry(),
                    plan.hosts(),
                    null,
                    false,
                    plan.limits(),
                    List.of(
                        ProxyFixture.route(
                            Set.of(),
                            null,
                            "/",
                            new Route.Origin(
                                "localhost",
                                server.getPort(),
                                new Route.Trusted.Authorities(ca),
                                null)))),
            folder);
    channel = NettyChannelBuilder.forAddress("localhost", proxy.port()).usePlaintext().build();
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow();
    proxy.close();
    server.shutdownNow();
  }

  @Test
  void aCallCarriesTheCredentialInPlaceOfTheCallersOwn() {
    Metadata own = new Metadata();
    own.put(AUTHORIZATION, "Bearer mine");
    DiscoveryResponse answer =
        SecretDiscoveryServiceGrpc.newBlockingStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(own))
            .fetchSecrets(asked("one"));
    assertThat(answer.getVersionInfo()).isEqualTo("one");
    assertThat(authorizations).hasSize(1);
    assertThat(authorizations.getFirst()).containsExactly("Bearer token-1");
  }

  @Test
  void aStatusInTrailersPassesWithWhatStandsBesideIt() {
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                SecretDiscoveryServiceGrpc.newBlockingStub(channel).fetchSecrets(asked("refuse")));
    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(refused.getStatus().getDescription()).isEqualTo("not now");
    assertThat(refused.getTrailers().get(DETAIL)).isEqualTo("detail");
  }

  @Test
  void aStreamGoesBothWaysMessageByMessage() throws Exception {
    Answers answers = new Answers(100);
    StreamObserver<DiscoveryRequest> requests =
        SecretDiscoveryServiceGrpc.newStub(channel).streamSecrets(answers);
    for (int i = 0; i < 50; i++) {
      requests.onNext(asked("m" + i));
      assertThat(answers.next().getVersionInfo()).isEqualTo("m" + i);
    }
    requests.onCompleted();
    assertThat(answers.ended.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(answers.failure).isNull();
  }

  @Test
  void manyStreamsShareOneConnection() throws Exception {
    Answers[] answers = new Answers[80];
    @SuppressWarnings({"unchecked", "rawtypes"})
    StreamObserver<DiscoveryRequest>[] requests = new StreamObserver[answers.length];
    for (int i = 0; i < answers.length; i++) {
      answers[i] = new Answers(10);
      requests[i] = SecretDiscoveryServiceGrpc.newStub(channel).streamSecrets(answers[i]);
      requests[i].onNext(asked("s" + i));
      if (i == 0) {
        // while there is no connection only so many may wait for it
        assertThat(answers[0].next().getVersionInfo()).isEqualTo("s0");
        requests[0].onNext(asked("s0"));
      }
    }
    for (int i = 0; i < answers.length; i++) {
      assertThat(answers[i].next().getVersionInfo()).isEqualTo("s" + i);
      requests[i].onCompleted();
    }
    assertThat(api.connections).hasSize(1);
  }

  @Test
  void aCallThatIsCancelledIsCancelledThere() throws Exception {
    Answers answers = new Answers(10);
    Context.CancellableContext context = Context.current().withCancellation();
    context.run(
        () ->
            SecretDiscoveryServiceGrpc.newStub(channel)
                .streamSecrets(answers)
                .onNext(asked("open")));
    assertThat(answers.next().getVersionInfo()).isEqualTo("open");
    context.cancel(null);
    assertThat(api.cancelled.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aReaderWithoutRoomHoldsTheServerBackAndLosesNothing() throws Exception {
    Answers answers = new Answers(0);
    StreamObserver<DiscoveryRequest> requests =
        SecretDiscoveryServiceGrpc.newStub(channel).streamSecrets(answers);
    requests.onNext(asked("many"));
    assertThat(api.full.await(20, TimeUnit.SECONDS)).isTrue();
    // windows on the way hold some; what was not sent waits at the server
    assertThat(api.sent.get()).isLessThan(64);

    answers.request(Integer.MAX_VALUE);
    for (int i = 0; i < 64; i++) {
      assertThat(answers.next().getVersionInfo()).hasSize(LARGE);
    }
    requests.onCompleted();
    assertThat(answers.ended.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aServerThatIsGoneIsSaidToBe() throws Exception {
    server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    StatusRuntimeException gone =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> SecretDiscoveryServiceGrpc.newBlockingStub(channel).fetchSecrets(asked("one")));
    assertThat(gone.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  private static DiscoveryRequest asked(String text) {
    return DiscoveryRequest.newBuilder().setVersionInfo(text).build();
  }

  private final class Seen implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      authorizations.add(List.copyOf(all(headers.getAll(AUTHORIZATION))));
      api.connections.add(
          String.valueOf(call.getAttributes().get(io.grpc.Grpc.TRANSPORT_ATTR_REMOTE_ADDR)));
      return next.startCall(call, headers);
    }

    private static List<String> all(Iterable<String> values) {
      List<String> all = new java.util.ArrayList<>();
      if (values != null) {
        values.forEach(all::add);
      }
      return all;
    }
  }

  /** Echoes, and on request refuses or answers more than there is room for. */
  private static final class Api extends SecretDiscoveryServiceGrpc.SecretDiscoveryServiceImplBase {
    final Set<String> connections = java.util.concurrent.ConcurrentHashMap.newKeySet();
    final CountDownLatch cancelled = new CountDownLatch(1);
    final CountDownLatch full = new CountDownLatch(1);
    final AtomicInteger sent = new AtomicInteger();

    @Override
    public void fetchSecrets(DiscoveryRequest request, StreamObserver<DiscoveryResponse> answer) {
      if (request.getVersionInfo().equals("refuse")) {
        Metadata beside = new Metadata();
        beside.put(DETAIL, "detail");
        answer.onError(
            Status.FAILED_PRECONDITION.withDescription("not now").asRuntimeException(beside));
        return;
      }
      answer.onNext(echoed(request.getVersionInfo()));
      answer.onCompleted();
    }

    @Override
    public StreamObserver<DiscoveryRequest> streamSecrets(
        StreamObserver<DiscoveryResponse> observer) {
      ServerCallStreamObserver<DiscoveryResponse> answers =
          (ServerCallStreamObserver<DiscoveryResponse>) observer;
      answers.setOnCancelHandler(cancelled::countDown);
      answers.setOnReadyHandler(() -> send(answers));
      return new StreamObserver<>() {
        @Override
        public void onNext(DiscoveryRequest request) {
          if (request.getVersionInfo().equals("many")) {
            sent.set(1);
            answers.onNext(echoed("x".repeat(LARGE)));
            send(answers);
          } else {
            answers.onNext(echoed(request.getVersionInfo()));
          }
        }

        @Override
        public void onError(Throwable left) {}

        @Override
        public void onCompleted() {
          answers.onCompleted();
        }
      };
    }

    private synchronized void send(ServerCallStreamObserver<DiscoveryResponse> answers) {
      while (sent.get() > 0 && sent.get() < 64 && answers.isReady()) {
        sent.incrementAndGet();
        answers.onNext(echoed("x".repeat(LARGE)));
      }
      if (sent.get() > 0) {
        full.countDown();
      }
    }

    private static DiscoveryResponse echoed(String text) {
      return DiscoveryResponse.newBuilder().setVersionInfo(text).build();
    }
  }

  /** What comes back; nothing is asked for beyond the room. */
  private static final class Answers
      implements ClientResponseObserver<DiscoveryRequest, DiscoveryResponse> {
    final CountDownLatch ended = new CountDownLatch(1);
    volatile Throwable failure;
    private final BlockingQueue<DiscoveryResponse> heard = new LinkedBlockingQueue<>();
    private final int room;
    private ClientCallStreamObserver<DiscoveryRequest> call;

    Answers(int room) {
      this.room = room;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<DiscoveryRequest> started) {
      call = started;
      started.disableAutoRequestWithInitial(room);
    }

    void request(int more) {
      call.request(more);
    }

    DiscoveryResponse next() throws InterruptedException {
      DiscoveryResponse next = heard.poll(20, TimeUnit.SECONDS);
      assertThat(next).as("an answer, or %s", failure).isNotNull();
      return next;
    }

    @Override
    public void onNext(DiscoveryResponse message) {
      heard.add(message);
    }

    @Override
    public void onError(Throwable failed) {
      failure = failed;
      ended.countDown();
    }

    @Override
    public void onCompleted() {
      ended.countDown();
    }
  }
}

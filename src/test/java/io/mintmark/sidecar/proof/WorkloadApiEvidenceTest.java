package io.mintmark.sidecar.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.mintmark.sidecar.plan.ProofPlan;
import io.mintmark.spiffe.Pki;
import io.mintmark.spiffe.Pki.Issued;
import io.mintmark.workload.WorkloadId;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.spiffe.workloadapi.grpc.SpiffeWorkloadAPIGrpc;
import io.spiffe.workloadapi.grpc.Workload.JWTSVID;
import io.spiffe.workloadapi.grpc.Workload.JWTSVIDRequest;
import io.spiffe.workloadapi.grpc.Workload.JWTSVIDResponse;
import io.spiffe.workloadapi.grpc.Workload.X509SVID;
import io.spiffe.workloadapi.grpc.Workload.X509SVIDRequest;
import io.spiffe.workloadapi.grpc.Workload.X509SVIDResponse;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Evidence from a Workload API, whose agent may answer anything. */
@Timeout(60)
class WorkloadApiEvidenceTest {
  private static final String ID = "spiffe://prod.example.org/orders";

  @TempDir Path folder;
  private final EventLoopGroup network = new EpollEventLoopGroup(1);
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final Agent agent = new Agent();
  private Path socket;
  private Server server;

  @BeforeEach
  void serve() throws Exception {
    socket = folder.resolve("agent.sock");
    server =
        NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toString()))
            .channelType(EpollServerDomainSocketChannel.class)
            .withChildOption(io.netty.channel.ChannelOption.SO_KEEPALIVE, null)
            .bossEventLoopGroup(network)
            .workerEventLoopGroup(network)
            .addService(agent)
            .build()
            .start();
  }

  @AfterEach
  void stop() {
    server.shutdownNow();
    workers.shutdownNow();
    network.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }

  @Test
  void aKeyThatIsNotTheCertificatesIsRefused() throws Exception {
    Issued one = Pki.leaf(ID).selfSigned();
    Issued other = Pki.leaf(ID).selfSigned();
    agent.certificates = answer(ID, encoded(one), other.keys().getPrivate());
    try (ProofSource source = source(true, null)) {
      assertThatThrownBy(() -> source.proof("https://broker"))
          .hasMessage("its certificate and key do not belong together");

      agent.certificates = answer(ID, encoded(one), one.keys().getPrivate());
      assertThat(source.proof("https://broker"))
          .isEqualTo(new Proof.X509Svid(List.of(one.certificate()), one.keys().getPrivate()));
    }
    // a stream of certificates never ends by itself
    assertThat(agent.left.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anSvidOfAnotherIdIsNotShown() throws Exception {
    Issued one = Pki.leaf(ID).selfSigned();
    agent.certificates = answer(ID + "/other", encoded(one), one.keys().getPrivate());
    agent.tokens = token(ID + "/other", "a.b.c");
    for (boolean x509 : List.of(true, false)) {
      try (ProofSource source = source(x509, WorkloadId.parse(ID))) {
        assertThatThrownBy(() -> source.proof("https://broker"))
            .isInstanceOf(ProofUnavailable.class)
            .hasMessageContaining("it has no such");
      }
    }
  }

  @Test
  void garbageIsNeitherSentNorShown() throws Exception {
    Issued one = Pki.leaf(ID).selfSigned();
    PrivateKey key = one.keys().getPrivate();
    ByteString secret = ByteString.copyFromUtf8("secret");
    try (ProofSource source = source(true, null)) {
      for (X509SVIDResponse wrong :
          List.of(
              X509SVIDResponse.getDefaultInstance(),
              answer(ID, ByteString.EMPTY, key),
              answer(ID, secret, key),
              answer(ID, encoded(one).concat(secret), key),
              X509SVIDResponse.newBuilder()
                  .addSvids(X509SVID.newBuilder().setX509Svid(encoded(one)).setX509SvidKey(secret))
                  .build(),
              answer(ID, ByteString.copyFrom(new byte[2 << 20]), key))) {
        agent.certificates = wrong;
        assertThatThrownBy(() -> source.proof("https://broker"))
            .isInstanceOf(ProofUnavailable.class)
            .hasMessageNotContaining("secret");
      }
    }
    try (ProofSource source = source(false, null)) {
      for (String wrong :
          List.of("", "secret", "a.b.secret\r\nX: y", "a.b." + "c".repeat(70_000))) {
        agent.tokens = token(ID, wrong);
        assertThatThrownBy(() -> source.proof("https://broker"))
            .isInstanceOf(ProofUnavailable.class)
            .hasMessageNotContaining("secret");
      }
    }
  }

  @Test
  void anAgentThatNeverAnswersIsGivenUpAndOneThatIsAbsentIsSaidToBe() {
    agent.silent = true;
    for (boolean x509 : List.of(true, false)) {
      try (ProofSource source = source(x509, null)) {
        assertThatThrownBy(() -> source.proof("https://broker"))
            .hasMessage("it answered DEADLINE_EXCEEDED");
      }
    }
    server.shutdownNow();
    socket = folder.resolve("absent.sock");
    try (ProofSource source = source(false, null)) {
      assertThatThrownBy(() -> source.proof("https://broker"))
          .hasMessage("it answered UNAVAILABLE");
    }
  }

  private ProofSource source(boolean x509, WorkloadId id) {
    return new WorkloadApiSvid(
        new ProofPlan.WorkloadApi(socket, x509, id),
        network,
        workers,
        agent.silent ? Duration.ofMillis(500) : Duration.ofSeconds(20));
  }

  private static ByteString encoded(Issued issued) throws Exception {
    return ByteString.copyFrom(issued.certificate().getEncoded());
  }

  private static X509SVIDResponse answer(String id, ByteString chain, PrivateKey key) {
    return X509SVIDResponse.newBuilder()
        .addSvids(
            X509SVID
                .newBuilder()
                .setSpiffeId(id)
                .setX509Svid(chain)
                .setX509SvidKey(ByteString.copyFrom(key.getEncoded())))
        .build();
  }

  private static JWTSVIDResponse token(String id, String value) {
    return JWTSVIDResponse.newBuilder()
        .addSvids(JWTSVID.newBuilder().setSpiffeId(id).setSvid(value))
        .build();
  }

  private static final class Agent extends SpiffeWorkloadAPIGrpc.SpiffeWorkloadAPIImplBase {
    final CountDownLatch left = new CountDownLatch(2);
    volatile boolean silent;
    volatile X509SVIDResponse certificates = X509SVIDResponse.getDefaultInstance();
    volatile JWTSVIDResponse tokens = JWTSVIDResponse.getDefaultInstance();

    @Override
    public void fetchX509SVID(X509SVIDRequest request, StreamObserver<X509SVIDResponse> observer) {
      ((ServerCallStreamObserver<X509SVIDResponse>) observer).setOnCancelHandler(left::countDown);
      if (!silent) {
        observer.onNext(certificates);
      }
    }

    @Override
    public void fetchJWTSVID(JWTSVIDRequest request, StreamObserver<JWTSVIDResponse> observer) {
      if (!silent) {
        observer.onNext(tokens);
        observer.onCompleted();
      }
    }
  }
}

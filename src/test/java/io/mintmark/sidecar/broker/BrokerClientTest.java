package io.mintmark.sidecar.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.Code;
import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.NotObtained;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.plan.BrokerPlan;
import io.mintmark.sidecar.proof.Proof;
import io.mintmark.sidecar.proof.ProofSource;
import io.mintmark.sidecar.proof.ProofUnavailable;
import io.mintmark.spiffe.Pki;
import io.mintmark.wire.v1.ExchangeRequest;
import io.mintmark.wire.v1.ExchangeResponse;
import io.mintmark.workload.Scope;
import io.netty.channel.nio.NioEventLoopGroup;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sidecar's client against a broker that answers what a test wants. */
class BrokerClientTest {
  private static final Wanted.AccessToken TOKEN =
      new Wanted.AccessToken("https://api", Set.of(new Scope("read")), null);
  private static final Wanted.X509Svid CERTIFICATE =
      new Wanted.X509Svid(Wanted.KeyKind.EC_P256, null);

  private final NioEventLoopGroup network = new NioEventLoopGroup(1);
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final ProofSource file = source("file", new Proof.JwtSvid("a.b.c"));
  private FakeBroker broker = new FakeBroker();
  @TempDir Path folder;

  BrokerClientTest() throws IOException {}

  @BeforeEach
  void trust() throws IOException {
    Files.writeString(folder.resolve("bundle.pem"), broker.pem());
  }

  @AfterEach
  void stop() {
    broker.close();
    timer.shutdownNow();
    workers.shutdownNow();
    network.shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.SECONDS);
  }

  @Test
  void proofBecomesAToken() throws Exception {
    Held.Token token = (Held.Token) obtain(TOKEN, List.of(broker.address()), file);

    assertThat(token.scopes()).containsExactly(new Scope("read"));
    assertThat(token.workload()).hasToString(FakeBroker.WORKLOAD);
    assertThat(((ExchangeRequest) broker.requests.getFirst()).getEvidence().getJwtSvid())
        .isEqualTo("a.b.c");
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.EnumSource(Wanted.KeyKind.class)
  void proofAndAKeyOfOursBecomeACertificate(Wanted.KeyKind kind) throws Exception {
    Held.Certificate held =
        (Held.Certificate) obtain(new Wanted.X509Svid(kind, null), List.of(broker.address()), file);

    assertThat(held.chain().getFirst().getPublicKey().getAlgorithm())
        .isEqualTo(held.key().getAlgorithm());
    assertThat(held).asString().contains("redacted");
  }

  @Test
  void aClientCertificateIsShownAndARenewedOneReplacesIt() throws Exception {
    Pki.Issued first = Pki.leaf(FakeBroker.WORKLOAD).selfSigned();
    Pki.Issued second = Pki.leaf(FakeBroker.WORKLOAD).selfSigned();
    Proof[] proof = {identity(first)};
    try (BrokerLink link = link(List.of(broker.address()))) {
      BrokerClient client = client(link, List.of(source("certificate", audience -> proof[0])));
      client.obtain(TOKEN);
      assertThat(broker.shown).isEqualTo(first.certificate());

      proof[0] = identity(second);
      client.obtain(TOKEN);
      assertThat(broker.shown).isEqualTo(second.certificate());
    }
  }

  @Test
  void theNextAddressIsTriedAndThenComesFirst() throws Exception {
    URI nobody = URI.create("https://localhost:1");
    try (BrokerLink link = link(List.of(nobody, broker.address()))) {
      client(link, List.of(file)).obtain(TOKEN);

      assertThat(link.connections().inTurn()).containsExactly(broker.address(), nobody);
    }
  }

  @Test
  void aRefusalIsNotAskedForAtAnotherAddress() throws Exception {
    broker.exchange =
        request -> {
          throw FakeBroker.refusal(Code.PERMISSION_DENIED, "no-grant", 0);
        };

    NotObtained refused = refused(TOKEN, List.of(broker.address(), broker.address()), file);

    assertThat(refused.reason()).isEqualTo("no-grant");
    assertThat(broker.requests).hasSize(1);
  }

  @Test
  void theBrokersWishToBeLeftAloneIsPassedOn() throws Exception {
    broker.exchange =
        request -> {
          throw FakeBroker.refusal(Code.RESOURCE_EXHAUSTED, "rate-limited", 7);
        };

    assertThat(refused(TOKEN, List.of(broker.address()), file).retryAfter())
        .isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void anotherSourceIsTriedWhereTheFirstHasNone() throws Exception {
    ProofSource empty =
        source(
            "empty",
            audience -> {
              throw new ProofUnavailable("it is empty");
            });

    assertThat(obtain(TOKEN, List.of(broker.address()), empty, file)).isNotNull();
  }

  @Test
  void anotherSourceIsTriedWhereTheBrokerDoesNotBelieveTheFirst() throws Exception {
    Function<ExchangeRequest, ExchangeResponse> usual = broker.exchange;
    broker.exchange =
        request -> {
          if (request.getEvidence().getJwtSvid().equals("x.y.z")) {
            throw FakeBroker.refusal(Code.UNAUTHENTICATED, "evidence-expired", 0);
          }
          return usual.apply(request);
        };
    ProofSource old = source("old", new Proof.JwtSvid("x.y.z"));

    assertThat(obtain(TOKEN, List.of(broker.address()), old, file)).isNotNull();
    assertThat(refused(TOKEN, List.of(broker.address()), old).reason())
        .isEqualTo("evidence-expired");
  }

  @Test
  void whoIsNotTheBrokerGetsNoProof() throws Exception {
    try (FakeBroker stranger = new FakeBroker("spiffe://prod.example.org/other")) {
      Files.writeString(folder.resolve("bundle.pem"), stranger.pem());

      assertThat(refused(TOKEN, List.of(stranger.address()), file).reason())
          .isEqualTo("broker-untrusted");
      assertThat(stranger.requests).isEmpty();
    }
  }

  @Test
  void aBrokerOfAnotherAuthorityGetsNoProof() throws Exception {
    try (FakeBroker stranger = new FakeBroker()) {
      assertThat(refused(TOKEN, List.of(stranger.address()), file).reason())
          .isEqualTo("broker-untrusted");
      assertThat(stranger.requests).isEmpty();
    }
  }

  @Test
  void theAuthorityMayRotateWithoutARestart() throws Exception {
    try (FakeBroker rotated = new FakeBroker();
        BrokerLink link = link(List.of(rotated.address()))) {
      BrokerClient client = client(link, List.of(file));
      assertThat(catchThrowableOfType(NotObtained.class, () -> client.obtain(TOKEN)).reason())
          .isEqualTo("broker-untrusted");

      Files.writeString(folder.resolve("bundle.pem"), rotated.pem());
      assertThat(client.obtain(TOKEN)).isNotNull();
    }
  }

  @Test
  void whatComesForAnotherWorkloadThanBeforeIsNotDelivered() throws Exception {
    try (BrokerLink link = link(List.of(broker.address()))) {
      BrokerClient client = client(link, List.of(file));
      client.obtain(TOKEN);
      broker.exchange =
          request ->
              broker
                  .token(
                      "spiffe://prod.example.org/other",
                      List.of("https://api"),
                      Instant.now().plusSeconds(60))
                  .toBuilder()
                  .addScopes("read")
                  .build();

      assertThat(catchThrowableOfType(NotObtained.class, () -> client.obtain(TOKEN)))
          .hasMessageContaining("those before were for");
    }
  }

  static Stream<Function<FakeBroker, ExchangeResponse>> answersThatAreNotDelivered() {
    Instant soon = Instant.now().plusSeconds(60);
    List<String> api = List.of("https://api");
    return Stream.of(
        broker -> ExchangeResponse.getDefaultInstance(),
        broker -> ExchangeResponse.newBuilder().setAccessToken("not a token").build(),
        broker -> ExchangeResponse.newBuilder().setAccessToken("a.b.c").build(),
        broker -> scoped(broker.token(FakeBroker.WORKLOAD, api, Instant.now().minusSeconds(1))),
        broker -> scoped(broker.token(FakeBroker.WORKLOAD, api, Instant.EPOCH)),
        broker ->
            scoped(
                broker.token(FakeBroker.WORKLOAD, api, Instant.now().plus(Duration.ofDays(36500)))),
        broker -> scoped(broker.token(FakeBroker.WORKLOAD, List.of("https://other"), soon)),
        broker ->
            scoped(
                broker.token(FakeBroker.WORKLOAD, List.of("https://api", "https://other"), soon)),
        broker -> scoped(broker.token(FakeBroker.WORKLOAD, List.of(), soon)),
        broker -> scoped(broker.token("https://no-spiffe-id", api, soon)),
        broker -> scoped(broker.token("", api, soon)),
        broker -> broker.token(FakeBroker.WORKLOAD, api, soon),
        broker ->
            broker.token(FakeBroker.WORKLOAD, api, soon).toBuilder().addScopes("write").build(),
        broker ->
            scoped(broker.token(FakeBroker.WORKLOAD, api, soon)).toBuilder()
                .addScopes("a b")
                .build(),
        broker ->
            scoped(broker.token(FakeBroker.WORKLOAD, api, soon)).toBuilder()
                .setDecisionId("line\nbreak")
                .build(),
        broker ->
            scoped(broker.token(FakeBroker.WORKLOAD, api, soon)).toBuilder()
                .setDecisionId("x".repeat(1000))
                .build(),
        broker ->
            scoped(broker.token(FakeBroker.WORKLOAD, api, soon)).toBuilder()
                .setAccessToken("a".repeat(100_000))
                .build(),
        broker ->
            scoped(broker.token(FakeBroker.WORKLOAD, api, soon)).toBuilder()
                .setTokenType("x".repeat(2_000_000))
                .build(),
        broker ->
            scoped(broker.token(FakeBroker.WORKLOAD, api, soon)).toBuilder()
                .addAllScopes(Stream.iterate(0, n -> n + 1).limit(1000).map(n -> "s" + n).toList())
                .build(),
        broker -> scoped(broker.token(FakeBroker.WORKLOAD + "/../admin", api, soon)));
  }

  @ParameterizedTest
  @MethodSource("answersThatAreNotDelivered")
  void anAnswerThatIsNotWhatWasWantedIsNotDelivered(Function<FakeBroker, ExchangeResponse> answer)
      throws Exception {
    broker.exchange = request -> answer.apply(broker);

    assertThat(refused(TOKEN, List.of(broker.address()), file).reason()).isEqualTo("broker-answer");
  }

  @Test
  void aCertificateThatExpiredIsForAnotherKeyOrAnotherNameIsNotDelivered() throws Exception {
    Instant soon = Instant.now().plusSeconds(60);
    broker.issue =
        request -> broker.certificate(request, FakeBroker.WORKLOAD, Instant.now().minusSeconds(1));
    assertThat(refused(CERTIFICATE, List.of(broker.address()), file).reason())
        .isEqualTo("broker-answer");

    broker.issue =
        request ->
            broker.certificate(request, FakeBroker.WORKLOAD, soon).toBuilder()
                .setSpiffeId("spiffe://prod.example.org/other")
                .build();
    assertThat(refused(CERTIFICATE, List.of(broker.address()), file))
        .hasMessageContaining("another workload");

    var other =
        new java.util.concurrent.atomic.AtomicReference<
            io.mintmark.wire.v1.IssueCertificateRequest>();
    broker.issue =
        request -> {
          var first = other.compareAndExchange(null, request);
          return broker.certificate(first == null ? request : first, FakeBroker.WORKLOAD, soon);
        };
    obtain(CERTIFICATE, List.of(broker.address()), file);
    assertThat(refused(CERTIFICATE, List.of(broker.address()), file))
        .hasMessageContaining("another key");
  }

  @Test
  void aBrokerThatDoesNotAnswerIsGivenUp() throws Exception {
    var release = new java.util.concurrent.CountDownLatch(1);
    broker.exchange =
        request -> {
          try {
            release.await();
          } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
          }
          return broker.token(request);
        };
    try (BrokerLink link = link(List.of(broker.address()), Duration.ofMillis(300))) {
      assertThat(
              catchThrowableOfType(
                      NotObtained.class, () -> client(link, List.of(file)).obtain(TOKEN))
                  .reason())
          .isEqualTo("broker-unreachable");
    } finally {
      release.countDown();
    }
  }

  private static ExchangeResponse scoped(ExchangeResponse response) {
    return response.toBuilder().addScopes("read").build();
  }

  private Held obtain(Wanted wanted, List<URI> addresses, ProofSource... sources) throws Exception {
    try (BrokerLink link = link(addresses)) {
      return client(link, List.of(sources)).obtain(wanted);
    }
  }

  private NotObtained refused(Wanted wanted, List<URI> addresses, ProofSource... sources)
      throws Exception {
    try (BrokerLink link = link(addresses)) {
      return catchThrowableOfType(
          NotObtained.class, () -> client(link, List.of(sources)).obtain(wanted));
    }
  }

  private BrokerClient client(BrokerLink link, List<ProofSource> sources) {
    return new BrokerClient(link.connections(), sources, "https://issuer", InstantSource.system());
  }

  private BrokerLink link(List<URI> addresses) throws IOException {
    return link(addresses, Duration.ofSeconds(20));
  }

  private BrokerLink link(List<URI> addresses, Duration timeout) throws IOException {
    return BrokerLink.open(
        new BrokerPlan(
            addresses,
            "https://issuer",
            new BrokerPlan.BrokerTrust.Spiffe(
                FakeBroker.DOMAIN, folder.resolve("bundle.pem"), null, null),
            timeout),
        () -> null,
        network,
        timer,
        workers,
        workers,
        InstantSource.system(),
        () -> 0.5);
  }

  private static Proof identity(Pki.Issued issued) {
    return new Proof.X509Svid(List.of(issued.certificate()), issued.keys().getPrivate());
  }

  private static ProofSource source(String name, Proof proof) {
    return source(name, audience -> proof);
  }

  private static ProofSource source(String name, Asked asked) {
    return new ProofSource() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Proof proof(String audience) throws ProofUnavailable {
        return asked.proof(audience);
      }
    };
  }

  /** A source's answer. */
  private interface Asked {
    Proof proof(String audience) throws ProofUnavailable;
  }
}

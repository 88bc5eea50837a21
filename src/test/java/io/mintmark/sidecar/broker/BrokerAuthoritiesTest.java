package io.mintmark.sidecar.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.mintmark.sidecar.held.Credentials;
import io.mintmark.sidecar.held.NotObtained;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.plan.BrokerPlan;
import io.mintmark.sidecar.plan.Sha256;
import io.mintmark.sidecar.proof.Proof;
import io.mintmark.sidecar.proof.ProofSource;
import io.mintmark.spiffe.Bundle;
import io.mintmark.wire.v1.StreamBundlesResponse;
import io.mintmark.workload.TrustDomain;
import io.netty.channel.nio.NioEventLoopGroup;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker that is known by the authorities of a file, which rotate. */
class BrokerAuthoritiesTest {
  private static final Wanted.AccessToken TOKEN =
      new Wanted.AccessToken("https://api", Set.of(), null);
  private static final String BROKER = "spiffe://prod.example.org/mintmark/broker";
  private static final TrustDomain OTHER = new TrustDomain("other.example.org");

  private final NioEventLoopGroup network = new NioEventLoopGroup(1);
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final BlockingQueue<Map<TrustDomain, Bundle>> heard = new LinkedBlockingQueue<>();
  private final FakeBroker first = new FakeBroker();
  private final FakeBroker second = new FakeBroker();
  @TempDir Path folder;
  private @Nullable Path kept;
  private @Nullable Sha256 bound;
  private boolean spiffe;

  BrokerAuthoritiesTest() throws IOException {}

  @AfterEach
  void stop() {
    first.close();
    second.close();
    timer.shutdownNow();
    workers.shutdownNow();
    network.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }

  @Test
  void anotherAuthorityOrNameIsNotBelieved() throws Exception {
    try (BrokerLink link = link(first.pem(), second.address())) {
      assertThat(refused(link)).isEqualTo("broker-untrusted");
    }
    try (FakeBroker misnamed = new FakeBroker(BROKER, "evil.example.org");
        BrokerLink link = link(misnamed.pem(), misnamed.address())) {
      assertThat(refused(link)).isEqualTo("broker-untrusted");
      assertThat(misnamed.requests).isEmpty();
    }
    assertThat(second.requests).isEmpty();
  }

  @Test
  void theFileIsReadAgain() throws Exception {
    try (BrokerLink link = link(first.pem(), second.address())) {
      assertThat(refused(link)).isEqualTo("broker-untrusted");
      Files.writeString(folder.resolve("ca.pem"), "-----BEGIN CERTIFICATE-----\n");
      assertThat(refused(link)).isEqualTo("broker-untrusted");
      Files.writeString(folder.resolve("ca.pem"), second.pem());
      assertThat(client(link).obtain(TOKEN)).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anotherContentThanTheOneThatTheFileIsBoundToIsNotBelieved(boolean byTrustDomain)
      throws Exception {
    spiffe = byTrustDomain;
    bound = Sha256.of(first.pem().getBytes(StandardCharsets.US_ASCII));
    try (BrokerLink link = link(first.pem(), second.address())) {
      assertThat(link.objection().get()).isNull();
      Files.writeString(folder.resolve("ca.pem"), second.pem());
      assertThat(refused(link)).isEqualTo("broker-untrusted");
      assertThat(link.objection().get()).contains("ca.pem", "is another than it is bound to");
      Files.writeString(folder.resolve("ca.pem"), first.pem());
      assertThat(link.objection().get()).isNull();
    }
    assertThatThrownBy(() -> link(second.pem(), second.address()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is another than it is bound to");
    assertThat(second.requests).isEmpty();
  }

  @Test
  void itsAuthorityRotatesByWhatItStreamsAndTheOldOneIsBelievedNoMore() throws Exception {
    first.send(streamed(FakeBroker.DOMAIN, first, second));
    second.send(streamed(FakeBroker.DOMAIN, second));
    try (BrokerLink link = link(first.pem(), first.address(), second.address())) {
      link.trust().start();
      try (Credentials.Watch watch = link.trust().watch(heard::add)) {
        assertThat(next().get(FakeBroker.DOMAIN).x509Authorities()).hasSize(2);
        first.close();
        assertThat(client(link).obtain(TOKEN)).isNotNull();
        assertThat(second.requests).hasSize(1);

        assertThat(next().get(FakeBroker.DOMAIN).x509Authorities()).hasSize(1);
        assertThat(BrokerAuthoritiesTest.trusts(link)).containsExactly(second.authority());
      }
    }
  }

  @Test
  void anotherDomainsBundleAddsNobodyThoughItHoldsOurAuthority() throws Exception {
    first.send(
        streamed(FakeBroker.DOMAIN, first).toBuilder()
            .putAllBundles(streamed(OTHER, first, second).getBundlesMap())
            .build());
    try (BrokerLink link = link(first.pem(), first.address(), second.address())) {
      link.trust().start();
      try (Credentials.Watch watch = link.trust().watch(heard::add)) {
        assertThat(next()).containsKey(OTHER);
        first.close();
        assertThat(refused(link)).isIn("broker-unreachable", "broker-untrusted");
        assertThat(second.requests).isEmpty();
      }
    }
  }

  @Test
  void anAuthorityThatIsNoneOfItsDomainStaysBesideIt() throws Exception {
    first.send(streamed(FakeBroker.DOMAIN, second));
    try (BrokerLink link = link(first.pem(), first.address())) {
      link.trust().start();
      try (Credentials.Watch watch = link.trust().watch(heard::add)) {
        assertThat(next()).containsKey(FakeBroker.DOMAIN);
        assertThat(trusts(link)).containsExactly(first.authority());
        assertThat(client(link).obtain(TOKEN)).isNotNull();
      }
    }
  }

  /** One that was rotated since the file was written, as it is after a container's restart. */
  private void learned() throws Exception {
    kept = folder.resolve(".trust");
    first.send(streamed(FakeBroker.DOMAIN, first, second));
    try (BrokerLink link = link(first.pem(), first.address())) {
      link.trust().start();
      try (Credentials.Watch watch = link.trust().watch(heard::add)) {
        assertThat(next()).containsKey(FakeBroker.DOMAIN);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatWasLearnedIsKeptForTheNextStart(boolean byTrustDomain) throws Exception {
    spiffe = byTrustDomain;
    learned();
    try (BrokerLink link = link(first.pem(), second.address())) {
      assertThat(client(link).obtain(TOKEN)).isNotNull();
    }
    // another file was put there on purpose
    try (BrokerLink link = link(first.pem() + "\n", second.address())) {
      assertThat(refused(link)).isEqualTo("broker-untrusted");
    }
  }

  @Test
  void whatOthersMayHaveWrittenIsNotBelieved() throws Exception {
    learned();
    Path file = Objects.requireNonNull(kept);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
    try (BrokerLink link = link(first.pem(), second.address())) {
      assertThat(refused(link)).isEqualTo("broker-untrusted");
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.move(file, folder.resolve("elsewhere"));
    Files.createSymbolicLink(file, folder.resolve("elsewhere"));
    try (BrokerLink link = link(first.pem(), second.address())) {
      assertThat(refused(link)).isEqualTo("broker-untrusted");
    }
  }

  @Test
  void whatWasNotKeptWholeIsAsIfNothingWas() throws Exception {
    learned();
    Path file = Objects.requireNonNull(kept);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    try (BrokerLink link = link(first.pem(), first.address())) {
      assertThat(client(link).obtain(TOKEN)).isNotNull();
    }
  }

  private static Set<X509Certificate> trusts(BrokerLink link) {
    return ((BrokerAuthorities) Objects.requireNonNull(link.connections().trust())).authorities();
  }

  private static StreamBundlesResponse streamed(TrustDomain domain, FakeBroker... of) {
    Bundle bundle =
        new Bundle(
            domain, Stream.of(of).map(FakeBroker::authority).toList(), List.of(), null, null);
    return StreamBundlesResponse.newBuilder()
        .putBundles(domain.name(), ByteString.copyFrom(bundle.toJson()))
        .build();
  }

  private Map<TrustDomain, Bundle> next() throws InterruptedException {
    Map<TrustDomain, Bundle> next = heard.poll(60, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private static String refused(BrokerLink link) {
    return catchThrowableOfType(NotObtained.class, () -> client(link).obtain(TOKEN)).reason();
  }

  private static BrokerClient client(BrokerLink link) {
    ProofSource source =
        new ProofSource() {
          @Override
          public String name() {
            return "file";
          }

          @Override
          public Proof proof(String audience) {
            return new Proof.JwtSvid("a.b.c");
          }
        };
    return new BrokerClient(
        link.connections(), List.of(source), "https://issuer", InstantSource.system());
  }

  private BrokerLink link(String authorities, URI... addresses) throws IOException {
    Path file = Files.writeString(folder.resolve("ca.pem"), authorities);
    return BrokerLink.open(
        new BrokerPlan(
            List.of(addresses),
            "https://issuer",
            spiffe
                ? new BrokerPlan.BrokerTrust.Spiffe(FakeBroker.DOMAIN, file, kept, bound)
                : new BrokerPlan.BrokerTrust.Authorities(file, kept, bound),
            Duration.ofSeconds(20)),
        () -> new Proof.JwtSvid("a.b.c"),
        network,
        timer,
        workers,
        workers,
        InstantSource.system(),
        () -> 0.0);
  }
}

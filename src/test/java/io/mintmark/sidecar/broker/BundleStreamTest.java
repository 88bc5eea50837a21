package io.mintmark.sidecar.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mintmark.sidecar.held.Credentials;
import io.mintmark.sidecar.plan.BrokerPlan;
import io.mintmark.sidecar.proof.Proof;
import io.mintmark.spiffe.Bundle;
import io.mintmark.wire.v1.StreamBundlesResponse;
import io.mintmark.workload.TrustDomain;
import io.netty.channel.nio.NioEventLoopGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trust bundles as a broker streams them. */
class BundleStreamTest {
  private static final TrustDomain OTHER = new TrustDomain("other.example.org");

  private final NioEventLoopGroup network = new NioEventLoopGroup(1);
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final FakeBroker broker = new FakeBroker();
  private final BlockingQueue<Map<TrustDomain, Bundle>> heard = new LinkedBlockingQueue<>();
  private final AtomicInteger busy = new AtomicInteger();
  private @Nullable Proof proof = new Proof.JwtSvid("a.b.c");
  @TempDir Path folder;

  BundleStreamTest() throws IOException {}

  @AfterEach
  void stop() {
    broker.close();
    timer.shutdownNow();
    workers.shutdownNow();
    network.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }

  @Test
  void bundlesArriveAndChange() throws Exception {
    try (BrokerLink link = started();
        Credentials.Watch watch = link.trust().watch(heard::add)) {
      assertThat(next()).containsOnlyKeys(FakeBroker.DOMAIN);

      broker.send(with(OTHER.name(), broker.bundle().toJson()));
      assertThat(next()).containsOnlyKeys(FakeBroker.DOMAIN, OTHER);
      assertThat(link.trust().bundles()).containsKey(OTHER);
    }
  }

  @Test
  void aBundleThatDoesNotParseLeavesThatDomainAsItWas() throws Exception {
    try (BrokerLink link = started();
        Credentials.Watch watch = link.trust().watch(heard::add)) {
      next();
      broker.send(with(OTHER.name(), broker.bundle().toJson()));
      Bundle good = next().get(OTHER);
      broker.send(with(OTHER.name(), new byte[] {'{'}));
      broker.send(
          with(OTHER.name(), new byte[] {'{'}).toBuilder()
              .putBundles("third.example.org", ByteString.copyFrom(broker.bundle().toJson()))
              .putBundles("NOT a domain", ByteString.copyFromUtf8("{}"))
              .build());

      assertThat(next())
          .containsOnlyKeys(FakeBroker.DOMAIN, OTHER, new TrustDomain("third.example.org"))
          .containsEntry(OTHER, good);
    }
  }

  @Test
  void aDomainThatIsNoLongerSentIsNoLongerTrusted() throws Exception {
    try (BrokerLink link = started();
        Credentials.Watch watch = link.trust().watch(heard::add)) {
      next();
      broker.send(with(OTHER.name(), broker.bundle().toJson()));
      next();
      broker.send(with(FakeBroker.DOMAIN.name(), broker.bundle().toJson()));

      assertThat(next()).containsOnlyKeys(FakeBroker.DOMAIN);
    }
  }

  @Test
  void aStreamThatBreaksIsOpenedAgainAndTrustStandsMeanwhile() throws Exception {
    try (BrokerLink link = started();
        Credentials.Watch watch = link.trust().watch(heard::add)) {
      Map<TrustDomain, Bundle> first = next();
      broker.breakStreams();
      assertThat(link.trust().bundles()).isEqualTo(first);

      broker.send(with(OTHER.name(), broker.bundle().toJson()));
      assertThat(next()).containsKey(OTHER);
    }
  }

  @Test
  void withoutProofOnlyTheBrokersOwnDomainIsLearned() throws Exception {
    try (BrokerLink link = started();
        Credentials.Watch watch = link.trust().watch(heard::add)) {
      next();
      broker.send(with(OTHER.name(), broker.bundle().toJson()));
      Bundle other = next().get(OTHER);
      proof = null;
      broker.breakStreams();
      broker.awaitStream();
      broker.send(with("third.example.org", broker.bundle().toJson()));

      assertThat(next()).containsEntry(OTHER, other);
    }
  }

  @Test
  void whatFailsUnexpectedlyIsTriedAgain() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (BrokerLink link =
            started(
                () -> {
                  if (asked.getAndIncrement() == 0) {
                    throw new IllegalStateException("bug");
                  }
                  return proof;
                });
        Credentials.Watch watch = link.trust().watch(heard::add)) {
      assertThat(next()).containsOnlyKeys(FakeBroker.DOMAIN);
    }
  }

  @Test
  void newsWaitsForRoomAndIsNotLost() throws Exception {
    try (BrokerLink link = started();
        Credentials.Watch watch = link.trust().watch(heard::add)) {
      next();
      busy.set(1);
      broker.send(with(OTHER.name(), broker.bundle().toJson()));

      assertThat(next()).containsOnlyKeys(FakeBroker.DOMAIN, OTHER);
    }
  }

  @Test
  void moreDomainsThanTheLimitAreNotKept() throws Exception {
    try (BrokerLink link = started();
        Credentials.Watch watch = link.trust().watch(heard::add)) {
      next();
      StreamBundlesResponse.Builder many = StreamBundlesResponse.newBuilder();
      ByteString json = ByteString.copyFrom(broker.bundle().toJson());
      for (int i = 0; i < 1000; i++) {
        many.putBundles("domain-" + i, json);
      }
      broker.send(many.build());

      assertThat(next()).hasSizeLessThanOrEqualTo(256);
    }
  }

  private StreamBundlesResponse with(String domain, byte[] json) {
    return StreamBundlesResponse.newBuilder()
        .putBundles(FakeBroker.DOMAIN.name(), ByteString.copyFrom(broker.bundle().toJson()))
        .putBundles(domain, ByteString.copyFrom(json))
        .build();
  }

  private Map<TrustDomain, Bundle> next() throws InterruptedException {
    Map<TrustDomain, Bundle> next = heard.poll(60, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private BrokerLink started() throws IOException {
    return started(() -> proof);
  }

  private BrokerLink started(Supplier<@Nullable Proof> shown) throws IOException {
    Files.writeString(folder.resolve("bundle.pem"), broker.pem());
    BrokerLink link =
        BrokerLink.open(
            new BrokerPlan(
                List.of(broker.address()),
                "https://issuer",
                new BrokerPlan.BrokerTrust.Spiffe(
                    FakeBroker.DOMAIN, folder.resolve("bundle.pem"), null, null),
                Duration.ofSeconds(20)),
            shown,
            network,
            timer,
            task -> {
              if (busy.getAndDecrement() > 0) {
                throw new RejectedExecutionException("busy");
              }
              workers.execute(task);
            },
            workers,
            InstantSource.system(),
            () -> 0.0);
    link.trust().start();
    return link;
  }
}

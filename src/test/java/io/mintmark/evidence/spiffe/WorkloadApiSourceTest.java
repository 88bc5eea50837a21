package io.mintmark.evidence.spiffe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.mintmark.evidence.Background;
import io.mintmark.evidence.KeyHolder;
import io.mintmark.evidence.KeySource;
import io.mintmark.evidence.LastGood;
import io.mintmark.evidence.RefreshSettings;
import io.mintmark.evidence.SourceListener;
import io.mintmark.evidence.TestClock;
import io.mintmark.evidence.Upkeep;
import io.mintmark.fetch.FetchLimits;
import io.mintmark.fetch.Fetcher;
import io.mintmark.fetch.Resolver;
import io.mintmark.fetch.ThrowawayAuthority;
import io.mintmark.jose.Jwk;
import io.mintmark.jose.JwkSet;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over a real Unix socket. */
class WorkloadApiSourceTest {
  private static final TrustDomain PROD = new TrustDomain("prod.example.org");
  private static final TrustDomain OTHER = new TrustDomain("other.example.org");
  private static final Duration SOON = Duration.ofMillis(20);

  @TempDir private Path folder;
  private final TestClock clock = new TestClock(Instant.now());
  private final Background background = Background.daemon();
  private final Fetcher fetcher = new Fetcher(FetchLimits.DEFAULT, Resolver.system());

  /** What each attempt ended with. */
  private final BlockingQueue<String> attempts = new LinkedBlockingQueue<>();

  private FakeAgent agent;
  private BundleSources sources;
  private ThrowawayAuthority prod;
  private ThrowawayAuthority other;

  @BeforeEach
  void start() throws Exception {
    agent = new FakeAgent(folder.resolve("agent.sock"));
    prod = new ThrowawayAuthority("prod", clock.instant(), PROD.uri());
    other = new ThrowawayAuthority("other", clock.instant(), OTHER.uri());
    var settings =
        new RefreshSettings(
            Duration.ofHours(1),
            SOON,
            Duration.ofHours(1),
            Duration.ofHours(24),
            Duration.ZERO,
            Duration.ofSeconds(20),
            SOON,
            SOON);
    var upkeep = new Upkeep(background, clock, new Random(1), LastGood.NONE, listener(), settings);
    sources = new BundleSources(fetcher, upkeep);
    agent.x509 = Map.of(PROD.uri(), der(prod), OTHER.uri(), der(other));
    agent.jwt = Map.of(PROD.uri(), jwks("prod-key"), OTHER.uri(), jwks("other-key"));
  }

  @AfterEach
  void stop() throws Exception {
    agent.close();
    fetcher.close();
    background.close();
  }

  @Test
  void bothPartsOfOneTrustDomainAreMergedAndNoOther() throws Exception {
    agent.start();
    try (var source = sources.workloadApi(PROD, agent.address())) {
      Bundle bundle = next(source);
      assertThat(bundle.trustDomain()).isEqualTo(PROD);
      assertThat(bundle.x509Authorities()).containsExactly(prod.certificate());
      assertThat(bundle.jwtAuthorities()).extracting(Jwk::keyId).containsExactly("prod-key");
    }
  }

  @Test
  void whatTheAgentSaysLaterIsTakenAtOnce() throws Exception {
    agent.start();
    try (var source = sources.workloadApi(PROD, agent.address())) {
      next(source);
      var rotated = new ThrowawayAuthority("prod 2", clock.instant(), PROD.uri());
      agent.x509 = Map.of(PROD.uri(), der(prod).concat(der(rotated)));
      until(source, bundle -> bundle.x509Authorities().size() == 2);
      agent.jwt = Map.of(PROD.uri(), jwks("prod-key-2"));
      until(source, bundle -> "prod-key-2".equals(bundle.jwtAuthorities().getFirst().keyId()));
    }
  }

  @Test
  void anAgentThatRestartsIsFoundAgain() throws Exception {
    try (var source = sources.workloadApi(PROD, agent.address())) {
      assertThat(attempts.poll(20, TimeUnit.SECONDS)).contains("accepts no connection");
      agent.start();
      until(source, bundle -> !bundle.x509Authorities().isEmpty());
      agent.stop();
      var rotated = new ThrowawayAuthority("prod 2", clock.instant(), PROD.uri());
      agent.x509 = Map.of(PROD.uri(), der(rotated));
      agent.start();
      until(source, bundle -> bundle.x509Authorities().contains(rotated.certificate()));
    }
  }

  @Test
  void oddKeysOfOtherTrustDomainsLoseNothing() throws Exception {
    var odd = new HashMap<>(agent.jwt);
    odd.put(OTHER.uri(), text("{\"keys\": [{\"kty\": \"OKP\", \"crv\": \"x\"}]}"));
    odd.put("spiffe://third.example.org", text("garbage"));
    odd.put("not a trust domain", text(""));
    agent.jwt = odd;
    var certificates = new HashMap<>(agent.x509);
    certificates.put(OTHER.uri(), text("garbage"));
    agent.x509 = certificates;
    agent.start();
    try (var source = sources.workloadApi(PROD, agent.address())) {
      assertThat(next(source).jwtAuthorities()).extracting(Jwk::keyId).containsExactly("prod-key");
    }
  }

  @Test
  void aKeyForAnotherUseIsNoJwtAuthority() throws Exception {
    String wit =
        jwks("wit-key").toStringUtf8().replace("\"use\":\"jwt-svid\"", "\"use\":\"wit-svid\"");
    assertThat(wit).contains("wit-svid");
    agent.jwt = Map.of(PROD.uri(), text(wit));
    agent.start();
    try (var source = sources.workloadApi(PROD, agent.address())) {
      assertThat(next(source).jwtAuthorities()).isEmpty();
    }
  }

  @Test
  void anAgentWithoutJwtSvidsGivesTheRest() throws Exception {
    agent.jwtFailure = Status.UNIMPLEMENTED;
    agent.start();
    try (var source = sources.workloadApi(PROD, agent.address())) {
      assertThat(next(source).x509Authorities()).containsExactly(prod.certificate());
    }
  }

  @Test
  void halfAnAnswerNeverReplacesAWholeBundle() throws Exception {
    agent.start();
    try (var source = sources.workloadApi(PROD, agent.address())) {
      next(source);
      agent.jwtFailure = Status.INTERNAL.withDescription("reflected");
      for (int i = 0; i < 50 && source.lastError() == null; i++) {
        source.refreshed(clock.instant()); // the first may join an attempt that began before
      }
      assertThat(source.lastError()).contains("INTERNAL").doesNotContain("reflected");
      Bundle kept = source.current(clock.instant());
      assertThat(kept).isNotNull();
      assertThat(kept.jwtAuthorities()).isNotEmpty();
    }
  }

  @Test
  void aProcessWithoutIdentityIsTold() throws Exception {
    agent.failure = Status.PERMISSION_DENIED.withDescription("reflected");
    agent.start();
    try (var source = sources.workloadApi(PROD, agent.address())) {
      assertThat(attempts.poll(20, TimeUnit.SECONDS))
          .contains("has no identity for this process")
          .doesNotContain("reflected");
      assertThat(source.current(clock.instant())).isNull();
    }
  }

  @Test
  void anAgentThatDoesNotKnowTheTrustDomainGivesNothing() throws Exception {
    agent.start();
    var unknown = new TrustDomain("unknown.example.org");
    try (var source = sources.workloadApi(unknown, agent.address())) {
      assertThat(next(source).isEmpty()).isTrue();
      assertThat(source.lastError()).contains("no usable key");
    }
  }

  /** Workload API section 4.2: a bundle that a message leaves out was redacted. */
  @Test
  void aTrustDomainThatTheAgentNoLongerNamesIsBelievedNoMore() throws Exception {
    agent.start();
    try (var source = sources.workloadApi(PROD, agent.address())) {
      assertThat(next(source).isEmpty()).isFalse();
      agent.x509 = Map.of(OTHER.uri(), der(other));
      agent.jwt = Map.of(OTHER.uri(), jwks("other-key"));
      until(source, Bundle::isEmpty);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tcp://127.0.0.1:8081", "unix://host/run/agent.sock", "unix:run/agent.sock",
            "/run/agent.sock",
        "https://x/", "unix:///run/agent.sock?x", "unix:///run/agent.sock#x",
            "file:///run/agent.sock"
      })
  void otherAddressesAreRefused(String address) {
    assertThatThrownBy(() -> sources.workloadApi(PROD, URI.create(address)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unix:///path");
  }

  /** The bundle after the first attempt, which must have gone well. */
  private Bundle next(KeySource<Bundle> source) throws InterruptedException {
    assertThat(attempts.poll(20, TimeUnit.SECONDS)).isEqualTo("refreshed");
    Bundle bundle = source.current(clock.instant());
    assertThat(bundle).isNotNull();
    return bundle;
  }

  /** Says what changed, as often as an attempt ends, until the source shows it. */
  private void until(KeySource<Bundle> source, java.util.function.Predicate<Bundle> shown)
      throws InterruptedException {
    for (int i = 0; i < 200; i++) {
      Bundle bundle = source.current(clock.instant());
      if (bundle != null && shown.test(bundle)) {
        return;
      }
      agent.push();
      attempts.poll(100, TimeUnit.MILLISECONDS);
    }
    throw new AssertionError("it was never shown: " + source.lastError());
  }

  private SourceListener listener() {
    return new SourceListener() {
      @Override
      public void refreshed(KeyHolder source, Duration took) {
        attempts.add("refreshed");
      }

      @Override
      public void failed(KeyHolder source, String error, Duration took) {
        attempts.add(error);
      }
    };
  }

  private static ByteString der(ThrowawayAuthority authority) throws Exception {
    return ByteString.copyFrom(authority.certificate().getEncoded());
  }

  private static ByteString text(String text) {
    return ByteString.copyFrom(text, StandardCharsets.UTF_8);
  }

  private static ByteString jwks(String keyId) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    var key = new Jwk(keyId, "jwt-svid", null, generator.generateKeyPair().getPublic(), null);
    return ByteString.copyFrom(JwkSet.toJson(List.of(key), Map.of()));
  }
}

package io.mintmark.evidence.spiffe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.evidence.KeySource;
import io.mintmark.evidence.LastGood;
import io.mintmark.evidence.ManualBackground;
import io.mintmark.evidence.RefreshSettings;
import io.mintmark.evidence.SourceListener;
import io.mintmark.evidence.TestClock;
import io.mintmark.evidence.Upkeep;
import io.mintmark.fetch.AllowedAddresses;
import io.mintmark.fetch.FetchLimits;
import io.mintmark.fetch.FetchRequest;
import io.mintmark.fetch.Fetcher;
import io.mintmark.fetch.LocalFile;
import io.mintmark.fetch.LoopbackServer;
import io.mintmark.fetch.ThrowawayAuthority;
import io.mintmark.fetch.TlsTrust;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundleSourcesTest {
  private static final TrustDomain PROD = new TrustDomain("prod.example.org");
  private static final WorkloadId SERVER =
      WorkloadId.parse("spiffe://prod.example.org/spire/server");

  @TempDir private Path folder;
  private final TestClock clock = new TestClock(Instant.now());
  private final ManualBackground background = new ManualBackground();
  private ThrowawayAuthority prod;
  private Fetcher fetcher;
  private BundleSources sources;
  private @Nullable LoopbackServer server;
  private String served = "";

  @BeforeEach
  void start() throws Exception {
    prod = new ThrowawayAuthority("prod 1", clock.instant(), PROD.uri());
    fetcher = new Fetcher(FetchLimits.DEFAULT, host -> List.of(InetAddress.ofLiteral("127.0.0.1")));
    sources =
        new BundleSources(
            fetcher,
            new Upkeep(
                background,
                clock,
                new Random(1),
                LastGood.NONE,
                SourceListener.NONE,
                RefreshSettings.DEFAULT));
  }

  @AfterEach
  void stop() {
    fetcher.close();
    if (server != null) {
      server.close();
    }
  }

  @Test
  void aBundleFileIsFollowedAndABrokenOneKeepsTheLastGood() throws Exception {
    Path file = Files.writeString(folder.resolve("prod.json"), json(2L, prod));
    var source = settled(sources.file(PROD, LocalFile.at(file)));
    assertThat(authorities(source)).containsExactly(prod.certificate());
    for (String broken : List.of("", "{", "{\"keys\": [", "-----BEGIN CERTIFICATE-----\nx")) {
      Files.writeString(file, broken);
      background.ring();
      assertThat(authorities(source)).as(broken).containsExactly(prod.certificate());
      assertThat(source.lastError()).as(broken).contains(file.toString());
    }
    var next = new ThrowawayAuthority("prod 2", clock.instant(), PROD.uri());
    Files.writeString(file, json(1L, next));
    background.ring();
    assertThat(authorities(source)).containsExactly(next.certificate());
    assertThat(source.lastError()).isNull();
    assertThat(background.alarms()).allMatch(delay -> delay.toMillis() <= 2000);
    Files.writeString(file, "{\"keys\": []}");
    background.ring();
    assertThat(authorities(source)).as("all keys revoked").isEmpty();
    assertThat(source.lastError()).contains("nothing of this trust domain is believed");
    background.ring();
    assertThat(source.lastError()).as("and it stays said").contains("no usable key");
  }

  /** A pipe or a device in the file's place must not hold the thread that reads it. */
  @Test
  @Timeout(20)
  void aPipeInAFilesPlaceIsNotOpened() throws Exception {
    Path file = Files.writeString(folder.resolve("prod.json"), json(2L, prod));
    var source = settled(sources.file(PROD, LocalFile.at(file)));
    Files.delete(file);
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
    background.ring();
    assertThat(source.lastError()).contains("is not a regular file");
    assertThat(authorities(source)).containsExactly(prod.certificate());
    Files.delete(file);
    Files.createSymbolicLink(file, Path.of("/dev/zero"));
    background.ring();
    assertThat(source.lastError()).contains("is not a regular file");
  }

  @Test
  void aPemFileHoldsAuthoritiesOnly() throws Exception {
    var second = new ThrowawayAuthority("prod 2", clock.instant(), PROD.uri());
    String pem =
        "# roots\n"
            + ThrowawayAuthority.pem(prod.certificate())
            + ThrowawayAuthority.pem(second.certificate());
    Path file = Files.writeString(folder.resolve("prod.pem"), pem);
    var source = settled(sources.file(PROD, LocalFile.at(file)));
    assertThat(authorities(source)).containsExactly(prod.certificate(), second.certificate());
    Bundle bundle = source.current(clock.instant());
    assertThat(bundle).isNotNull();
    assertThat(bundle.jwtAuthorities()).isEmpty();
  }

  @Test
  void aWebEndpointProvesItsHostName() throws Exception {
    var web = ThrowawayAuthority.web(clock.instant());
    serve(web.server("bundle.example.org"), json(1L, prod));
    var trust = new TlsTrust.CaFile(LocalFile.at(web.pem(folder)));
    var source = settled(sources.webEndpoint(PROD, endpoint().trusting(trust)));
    assertThat(authorities(source)).containsExactly(prod.certificate());
    var strange = settled(sources.webEndpoint(PROD, endpoint()));
    assertThat(strange.current(clock.instant())).isNull();
    assertThat(strange.lastError()).contains("certificate that is not trusted");
  }

  @Test
  void aBundleNeverGoesBackInSequence() throws Exception {
    var web = ThrowawayAuthority.web(clock.instant());
    serve(web.server("bundle.example.org"), json(7L, prod));
    var trust = new TlsTrust.CaFile(LocalFile.at(web.pem(folder)));
    var source = settled(sources.webEndpoint(PROD, endpoint().trusting(trust)));
    var older = new ThrowawayAuthority("prod 0", clock.instant(), PROD.uri());
    for (String replayed : List.of(json(6L, older), json(0L, older))) {
      served = replayed;
      background.ring();
      assertThat(authorities(source)).containsExactly(prod.certificate());
      assertThat(source.lastError()).contains("went back from spiffe_sequence 7");
    }
    clock.advance(Duration.ofDays(30));
    served = json(6L, older);
    background.ring();
    assertThat(source.current(clock.instant())).as("nor when the newer is too old").isNull();
    assertThat(source.lastError()).contains("went back", "stop it and delete what was kept");
    served = json(7L, older);
    background.ring();
    assertThat(authorities(source)).as("the same sequence").containsExactly(older.certificate());
    served = json(null, prod);
    background.ring();
    assertThat(authorities(source)).as("no sequence").containsExactly(prod.certificate());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "{\"keys\": [",
        "{\"keys\": []",
        "{\"keys\": null}",
        "{\"keys\": [1]}",
        "{\"keys\": [], \"spiffe_sequence\": 6}",
        "{\"keys\": [], \"spiffe_sequence\": -1}",
        "{\"keys\": [], \"keys\": []}",
        "{\"spiffe_sequence\": 8}",
        "<html>"
      })
  void anAnswerThatIsNoBundleOrAnOldOneRevokesNothing(String answer) throws Exception {
    var source = webSource(json(7L, prod));
    served = answer;
    background.ring();
    assertThat(authorities(source)).containsExactly(prod.certificate());
    assertThat(source.lastError()).isNotNull();
    clock.advance(Duration.ofHours(25));
    assertThat(source.current(clock.instant())).as("past its age").isNull();
  }

  /** Trust Domain and Bundle section 4.1.3; keys of kinds that are not known here are none. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"keys\": []}",
        "{\"keys\": [], \"spiffe_sequence\": 7}",
        "{\"keys\": [], \"spiffe_sequence\": 8}",
        "{\"keys\": [{\"kty\": \"x\", \"use\": \"x509-svid\"}], \"spiffe_sequence\": 8}"
      })
  void aTrustDomainThatRevokesAllItsKeysIsBelievedNoMore(String answer) throws Exception {
    var source = webSource(json(7L, prod));
    served = answer;
    background.ring();
    assertThat(authorities(source)).isEmpty();
    assertThat(source.lastError()).contains("nothing of this trust domain is believed");
    served = json(9L, prod);
    background.ring();
    assertThat(authorities(source)).as("until it has keys again").hasSize(1);
    assertThat(source.lastError()).isNull();
  }

  @Test
  void theBundlesOwnHintComesBeforeTheResponses() throws Exception {
    var web = ThrowawayAuthority.web(clock.instant());
    serve(web.server("bundle.example.org"), json(1L, prod));
    settled(
        sources.webEndpoint(
            PROD, endpoint().trusting(new TlsTrust.CaFile(LocalFile.at(web.pem(folder))))));
    assertThat(background.alarms().getFirst())
        .isBetween(Duration.ofSeconds(48), Duration.ofSeconds(60));
  }

  @Test
  void aSpiffeEndpointProvesItsSpiffeIdByTheBootstrapBundle() throws Exception {
    serve(prod.svidServer(SERVER.uri()), json(1L, prod));
    var source =
        settled(
            sources.spiffeEndpoint(PROD, endpoint(), SERVER, LocalFile.at(bootstrap(1L, prod))));
    assertThat(source.lastError()).isNull();
    assertThat(authorities(source)).containsExactly(prod.certificate());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spiffe://prod.example.org/ns/payments/sa/orders",
        "spiffe://prod.example.org/spire/server/x",
        "spiffe://prod.example.org/spire",
        "spiffe://other.example.org/spire/server",
        "spiffe://prod.example.org/spire/serve"
      })
  void anotherSpiffeIdIsNotTheEndpoint(String impostor) throws Exception {
    serve(prod.svidServer(impostor), json(1L, prod));
    var source =
        settled(
            sources.spiffeEndpoint(PROD, endpoint(), SERVER, LocalFile.at(bootstrap(1L, prod))));
    assertThat(source.current(clock.instant())).isNull();
    assertThat(source.lastError()).contains("is not trusted");
  }

  @Test
  void aSpiffeEndpointOfAnotherAuthorityIsNotBelieved() throws Exception {
    var stranger = new ThrowawayAuthority("stranger", clock.instant(), PROD.uri());
    serve(stranger.svidServer(SERVER.uri()), json(1L, stranger));
    var source =
        settled(
            sources.spiffeEndpoint(PROD, endpoint(), SERVER, LocalFile.at(bootstrap(1L, prod))));
    assertThat(source.current(clock.instant())).isNull();
    assertThat(source.lastError()).contains("X.509-SVID does not hold");
  }

  @Test
  void aWebCertificateIsNotASpiffeEndpoint() throws Exception {
    serve(prod.server("bundle.example.org"), json(1L, prod));
    var source =
        settled(
            sources.spiffeEndpoint(PROD, endpoint(), SERVER, LocalFile.at(bootstrap(1L, prod))));
    assertThat(source.current(clock.instant())).isNull();
  }

  @Test
  void aSpiffeEndpointWithoutBootstrapFileSaysSo() throws Exception {
    serve(prod.svidServer(SERVER.uri()), json(1L, prod));
    var source =
        settled(
            sources.spiffeEndpoint(
                PROD, endpoint(), SERVER, LocalFile.at(folder.resolve("none.json"))));
    assertThat(source.lastError()).contains("bootstrap", "does not exist");
    assertThat(server().asked()).isEmpty();
  }

  @Test
  void anEndpointOfAnotherTrustDomainIsRefused() {
    var foreign = WorkloadId.parse("spiffe://other.example.org/spire/server");
    assertThatThrownBy(
            () ->
                sources.spiffeEndpoint(
                    PROD,
                    FetchRequest.of("https://x/"),
                    foreign,
                    LocalFile.at(folder.resolve("x"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not in trust domain \"prod.example.org\"");
  }

  @Test
  void theOwnBundleIsAlwaysFresh() throws Exception {
    var bundle = new Bundle(PROD, List.of(prod.certificate()), List.of(), 1L, null);
    var source = sources.own(() -> bundle);
    assertThat(source.current(clock.instant())).isSameAs(bundle);
    assertThat(source.mayRefresh(clock.instant())).isFalse();
    assertThat(source.lastGood()).isEqualTo(clock.instant());
  }

  private KeySource<Bundle> webSource(String bundle) throws Exception {
    var web = ThrowawayAuthority.web(clock.instant());
    serve(web.server("bundle.example.org"), bundle);
    var trust = new TlsTrust.CaFile(LocalFile.at(web.pem(folder)));
    return settled(sources.webEndpoint(PROD, endpoint().trusting(trust)));
  }

  private void serve(SSLContext tls, String bundle) throws Exception {
    serveAt(0, tls, bundle);
  }

  private void serveAt(int port, SSLContext tls, String bundle) throws Exception {
    if (server != null) {
      server.close();
    }
    served = bundle;
    server =
        LoopbackServer.https(tls, "127.0.0.1", port)
            .on("/", exchange -> LoopbackServer.answer(exchange, 200, served));
  }

  private LoopbackServer server() {
    assertThat(server).isNotNull();
    return server;
  }

  private int port() {
    return server().port();
  }

  private FetchRequest endpoint() {
    return FetchRequest.of("https://bundle.example.org:" + port() + "/")
        .allowing(AllowedAddresses.of(Set.of("bundle.example.org")));
  }

  private KeySource<Bundle> settled(KeySource<Bundle> source) {
    background.work();
    return source;
  }

  private List<java.security.cert.X509Certificate> authorities(KeySource<Bundle> source) {
    Bundle bundle = source.current(clock.instant());
    assertThat(bundle).as(source.lastError()).isNotNull();
    return bundle.x509Authorities();
  }

  private Path bootstrap(long sequence, ThrowawayAuthority... authorities) throws Exception {
    return Files.writeString(folder.resolve("bootstrap.json"), json(sequence, authorities));
  }

  private static String json(@Nullable Long sequence, ThrowawayAuthority... authorities) {
    var bundle =
        new Bundle(
            PROD,
            List.of(authorities).stream().map(ThrowawayAuthority::certificate).toList(),
            List.of(),
            sequence,
            Duration.ofSeconds(60));
    return new String(bundle.toJson(), StandardCharsets.UTF_8);
  }
}

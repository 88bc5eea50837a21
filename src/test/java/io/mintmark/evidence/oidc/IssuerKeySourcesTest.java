package io.mintmark.evidence.oidc;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.mintmark.jose.Jwk;
import io.mintmark.jose.JwkSet;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over real TLS on loopback, where two names stand for two hosts. */
class IssuerKeySourcesTest {
  private static final String DISCOVERY = "/.well-known/openid-configuration";

  @TempDir private Path folder;
  private final TestClock clock = new TestClock(Instant.now());
  private final ManualBackground background = new ManualBackground();
  private ThrowawayAuthority authority;
  private LoopbackServer server;
  private LoopbackServer other;
  private Fetcher fetcher;
  private IssuerKeySources sources;
  private String issuer;
  private String jwks;

  @BeforeEach
  void start() throws Exception {
    authority = ThrowawayAuthority.web(clock.instant());
    server = LoopbackServer.https(authority.server("issuer.example.org"));
    other = LoopbackServer.https(authority.server("keys.example.org"));
    fetcher =
        new Fetcher(
            FetchLimits.DEFAULT,
            host ->
                List.of(
                    InetAddress.ofLiteral(
                        host.startsWith("metadata") ? "169.254.169.254" : "127.0.0.1")));
    sources =
        new IssuerKeySources(
            fetcher,
            new Upkeep(
                background,
                clock,
                new Random(1),
                LastGood.NONE,
                SourceListener.NONE,
                RefreshSettings.DEFAULT));
    issuer = "https://issuer.example.org:" + server.port();
    jwks = jwks("key-1");
    server.answering("/jwks", jwks);
    other.answering("/jwks", jwks);
  }

  @AfterEach
  void stop() {
    fetcher.close();
    server.close();
    other.close();
  }

  @Test
  void keysAreFoundByDiscovery() {
    discoverable(issuer, issuer + "/jwks");
    assertThat(keyId(discovered(issuer))).isEqualTo("key-1");
  }

  @Test
  void anIssuerWithAPathAndATrailingSlashIsDiscoveredBelowIt() {
    String pathed = issuer + "/realms/prod/";
    server.answering("/realms/prod" + DISCOVERY, document(pathed, issuer + "/jwks"));
    assertThat(keyId(discovered(pathed))).isEqualTo("key-1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/x", "?x", "#", ":443", " "})
  void aDocumentOfAnotherIssuerIsRefused(String difference) {
    discoverable(issuer + difference, issuer + "/jwks");
    assertRefused(discovered(issuer), "of another issuer");
  }

  @Test
  void issuersThatDifferInCaseAreOthers() {
    discoverable(issuer.toUpperCase(java.util.Locale.ROOT), issuer + "/jwks");
    assertRefused(discovered(issuer), "of another issuer");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "\"x\"",
        "{}",
        "{\"issuer\": \"ISSUER\"}",
        "{\"issuer\": [\"ISSUER\"], \"jwks_uri\": \"ISSUER/jwks\"}",
        "{\"issuer\": \"ISSUER\", \"jwks_uri\": 5}",
        "{\"issuer\": \"ISSUER\", \"jwks_uri\": [\"ISSUER/jwks\"]}",
        "{\"jwks_uri\": \"ISSUER/jwks\"}",
        "{\"issuer\": \"https://evil\", \"issuer\": \"ISSUER\", \"jwks_uri\": \"ISSUER/jwks\"}",
        "{\"issuer\": \"ISSUER\", \"jwks_uri\": \"ISSUER/jwks\"} {}",
        "{\"issuer\": \"ISSUER\", \"jwks_uri\": \"\"}",
        "{\"issuer\": \"ISSUER\", \"jwks_uri\": \"/jwks\"}",
        "{\"issuer\": \"ISSUER\", \"jwks_uri\": \"http://127.0.0.1/jwks\"}",
        "{\"issuer\": \"ISSUER\", \"jwks_uri\": \"file:///etc/passwd\"}",
        "{\"issuer\": \"ISSUER\", \"jwks_uri\": \"https://metadata.example.org/latest\"}",
        "{\"issuer\": \"ISSUER\", \"jwks_uri\": \"https://169.254.169.254/latest\"}",
        "{\"issuer\": \"ISSUER\", \"jwks_uri\": \"https://[::1]/jwks\"}",
        "{\"issuer\": \"ISSUER\", \"jwks_uri\": \"https://10.0.0.1/jwks\"}",
        "{\"issuer\": \"ISSUER\", \"jwks_uri\": \"https://2130706433/jwks\"}"
      })
  void unusableDocumentsGiveNoKeys(String document) {
    server.answering(DISCOVERY, document.replace("ISSUER", issuer));
    assertRefused(discovered(issuer), "");
  }

  @Test
  void deepNestingIsRefused() {
    server.answering(DISCOVERY, "[".repeat(200_000));
    assertRefused(discovered(issuer), "not JSON");
  }

  /** Google's keys are at another host than its issuer; the issuer's token is not for it. */
  @Test
  void keysAtAnotherHostAreFetchedWithoutTheToken() throws Exception {
    discoverable(issuer, "https://keys.example.org:" + other.port() + "/jwks");
    Path token = Files.writeString(folder.resolve("token"), "secret");
    var source = settled(sources.discovery(issuer, terms().withTokenFile(LocalFile.at(token))));
    assertThat(keyId(source)).isEqualTo("key-1");
    assertThat(server.asked().getFirst().authorization()).isEqualTo("Bearer secret");
    assertThat(other.asked().getFirst().authorization()).isNull();
  }

  @Test
  void keysAtTheIssuerAreFetchedWithTheToken() throws Exception {
    discoverable(issuer, issuer + "/jwks");
    Path token = Files.writeString(folder.resolve("token"), "secret");
    assertThat(
            keyId(settled(sources.discovery(issuer, terms().withTokenFile(LocalFile.at(token))))))
        .isEqualTo("key-1");
    assertThat(server.asked())
        .extracting(LoopbackServer.Asked::authorization)
        .containsOnly("Bearer secret")
        .hasSize(2);
  }

  @Test
  void keysAreAskedForAgainWhenTheIssuerSays() {
    server.on(
        "/kept",
        exchange -> {
          exchange.getResponseHeaders().add("Cache-Control", "max-age=1800");
          LoopbackServer.answer(exchange, 200, jwks);
        });
    assertThat(keyId(settled(sources.url(issuer, terms().to(issuer + "/kept"))))).isNotNull();
    assertThat(background.alarms().getFirst())
        .isBetween(Duration.ofMinutes(24), Duration.ofMinutes(30));
  }

  /** CVE-2026-49478: a discovery that follows a redirect takes a stranger's keys for its own. */
  @Test
  void discoveryThatRedirectsElsewhereSubstitutesNoKeys() throws Exception {
    String elsewhere = "https://keys.example.org:" + other.port();
    other.answering(DISCOVERY, document(issuer, elsewhere + "/jwks"));
    server.redirecting(DISCOVERY, elsewhere + DISCOVERY);
    Path token = Files.writeString(folder.resolve("token"), "secret");
    var source = settled(sources.discovery(issuer, terms().withTokenFile(LocalFile.at(token))));
    assertRefused(source, "redirects to another");
    assertThat(other.asked()).isEmpty();
  }

  @Test
  void keysThatRedirectElsewhereAreNotSubstituted() {
    server.redirecting("/moved", "https://keys.example.org:" + other.port() + "/jwks");
    assertRefused(
        settled(sources.url(issuer, terms().to(issuer + "/moved"))), "redirects to another");
    assertThat(other.asked()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"keys\": []}",
        "{}",
        "[]",
        "",
        "{\"keys\": 5}",
        "{\"keys\": [{}]}",
        "{\"keys\": [{\"kty\": \"unknown\"}]}",
        "<html></html>"
      })
  void anAnswerWithoutKeysNeverReplacesGoodOnes(String answer) {
    String[] answers = {jwks};
    server.on("/changing", exchange -> LoopbackServer.answer(exchange, 200, answers[0]));
    var source = settled(sources.url(issuer, terms().to(issuer + "/changing")));
    assertThat(keyId(source)).isEqualTo("key-1");
    answers[0] = answer;
    background.ring();
    assertThat(keyId(source)).isEqualTo("key-1");
    assertThat(source.lastError()).contains("no usable keys");
  }

  @Test
  void aFileOfKeysIsFollowed() throws Exception {
    Path file = Files.writeString(folder.resolve("jwks.json"), jwks);
    var source = settled(sources.file(issuer, LocalFile.at(file)));
    assertThat(keyId(source)).isEqualTo("key-1");
    Files.writeString(file, jwks("key-2"));
    background.ring();
    assertThat(keyId(source)).isEqualTo("key-2");
    Files.writeString(file, "{\"keys\": []}");
    background.ring();
    assertThat(keyId(source)).isEqualTo("key-2");
    assertThat(source.lastError()).contains(file.toString());
    Files.delete(file);
    background.ring();
    assertThat(source.lastError()).contains("does not exist");
    assertThat(background.alarms()).allMatch(delay -> delay.toMillis() <= 2000);
  }

  private void discoverable(String named, String jwksUri) {
    server.answering(DISCOVERY, document(named, jwksUri));
  }

  private static String document(String named, String jwksUri) {
    return "{\"issuer\": \"" + named + "\", \"jwks_uri\": \"" + jwksUri + "\"}";
  }

  private KeySource<JwkSet> discovered(String from) {
    return settled(sources.discovery(from, terms()));
  }

  private KeySource<JwkSet> settled(KeySource<JwkSet> source) {
    background.work();
    return source;
  }

  private FetchRequest terms() {
    try {
      return FetchRequest.of("unused")
          .trusting(new TlsTrust.CaFile(LocalFile.at(authority.pem(folder))))
          .allowing(AllowedAddresses.of(Set.of("issuer.example.org", "keys.example.org")));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private @Nullable String keyId(KeySource<JwkSet> source) {
    JwkSet keys = source.current(clock.instant());
    assertThat(keys).as(source.lastError()).isNotNull();
    return keys.keys().getFirst().keyId();
  }

  private void assertRefused(KeySource<JwkSet> source, String sentence) {
    assertThat(source.current(clock.instant())).isNull();
    assertThat(source.lastError()).contains(sentence).doesNotContain("evil");
  }

  private static String jwks(String keyId) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    var key = new Jwk(keyId, "sig", null, generator.generateKeyPair().getPublic(), null);
    return new String(JwkSet.toJson(List.of(key), Map.of()), StandardCharsets.UTF_8);
  }
}

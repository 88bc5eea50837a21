package io.mintmark.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over real TLS on loopback. */
class FetcherTest {
  private static final String BODY = "{\"keys\": []}";

  @TempDir private Path folder;
  private ThrowawayAuthority authority;
  private LoopbackServer server;
  private Fetcher fetcher;

  @BeforeEach
  void start() throws Exception {
    authority = ThrowawayAuthority.web(Instant.now());
    server = LoopbackServer.https(authority.server("keys.example.org")).answering("/jwks", BODY);
    fetcher = new Fetcher(FetchLimits.DEFAULT, host -> loopback());
  }

  @AfterEach
  void stop() {
    fetcher.close();
    server.close();
  }

  @Test
  void aBodyAndItsMaxAgeAreFetched() throws Exception {
    server.on(
        "/aged",
        exchange -> {
          exchange
              .getResponseHeaders()
              .add("Cache-Control", "public, MAX-AGE=600, must-revalidate");
          LoopbackServer.answer(exchange, 200, BODY);
        });
    var fetched = (FetchResult.Fetched) fetcher.get(request("/aged"));
    assertThat(new String(fetched.body(), StandardCharsets.UTF_8)).isEqualTo(BODY);
    assertThat(fetched.maxAge()).isEqualTo(Duration.ofMinutes(10));
    assertThat(((FetchResult.Fetched) fetcher.get(request("/jwks"))).maxAge()).isNull();
  }

  @Test
  void onlyTheTrustedAuthorityIsBelieved() throws Exception {
    assertThat(failed(request("/jwks").trusting(new TlsTrust.SystemRoots())).failure())
        .isEqualTo(FetchFailure.TLS);
    var other = new ThrowawayAuthority("another CA", Instant.now(), "");
    assertThat(
            failed(request("/jwks").trusting(new TlsTrust.CaFile(LocalFile.at(other.pem(folder)))))
                .failure())
        .isEqualTo(FetchFailure.TLS);
  }

  @Test
  void certificatesOfAnotherHostAreRefused() throws Exception {
    var failed = failed(request("/jwks").to("https://other.example.org:" + server.port() + "/"));
    assertThat(failed.failure()).isEqualTo(FetchFailure.TLS);
    assertThat(failed.detail()).doesNotContain("keys.example.org");
  }

  @Test
  void expiredCertificatesAreRefused() throws Exception {
    try (var expired = LoopbackServer.https(authority.expiredServer("keys.example.org"))) {
      assertThat(failed(at(expired.port(), "/")).failure()).isEqualTo(FetchFailure.TLS);
    }
  }

  @Test
  void unusableCaFilesFailAndSaySo() throws Exception {
    Path none = folder.resolve("none.pem");
    Path garbage = Files.writeString(folder.resolve("garbage.pem"), "garbage");
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    for (Path file : List.of(none, garbage, empty, folder)) {
      var failed = failed(request("/jwks").trusting(new TlsTrust.CaFile(LocalFile.at(file))));
      assertThat(failed.failure()).as("%s", file).isEqualTo(FetchFailure.LOCAL_FILE);
      assertThat(failed.detail()).contains(file.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 204, 206, 300, 304, 400, 401, 403, 404, 418, 429, 500, 502, 503})
  void otherStatusesFailWithoutTheirBody(int status) throws Exception {
    server.on("/status", exchange -> LoopbackServer.answer(exchange, status, body(status)));
    var failed = failed(request("/status"));
    assertThat(failed.failure()).isEqualTo(FetchFailure.STATUS);
    assertThat(failed.detail()).contains(Integer.toString(status)).doesNotContain("reflected");
  }

  private static String body(int status) {
    return status == 204 || status == 304 ? "" : "reflected";
  }

  @Test
  void theCheckedAddressIsUsedEvenIfTheNameChangesItsMeaning() throws Exception {
    var answers = new AtomicInteger();
    server.redirecting("/moved", "/jwks");
    try (var inside =
            LoopbackServer.https(authority.server("keys.example.org"), "127.0.0.2", server.port());
        var rebinding =
            new Fetcher(
                FetchLimits.DEFAULT,
                host ->
                    List.of(
                        InetAddress.ofLiteral(
                            answers.getAndIncrement() == 0 ? "127.0.0.1" : "127.0.0.2")))) {
      inside.answering("/", "inside");
      var first = (FetchResult.Fetched) rebinding.get(request("/moved"));
      assertThat(new String(first.body(), StandardCharsets.UTF_8)).isEqualTo(BODY);
      assertThat(answers).hasValue(1);
      var second = (FetchResult.Failed) rebinding.get(request("/moved"));
      assertThat(second.failure()).isEqualTo(FetchFailure.ADDRESS_REFUSED);
      assertThat(inside.asked()).isEmpty();
    }
  }

  @Test
  void ambientProxiesAreNotUsed() throws Exception {
    var names = Set.of("https.proxyHost", "socksProxyHost", "https.proxyPort", "socksProxyPort");
    try {
      for (String name : names) {
        System.setProperty(name, name.endsWith("Port") ? "1" : "127.0.0.1");
      }
      assertThat(fetcher.get(request("/jwks"))).isInstanceOf(FetchResult.Fetched.class);
    } finally {
      names.forEach(System::clearProperty);
    }
  }

  @Test
  void plainHttpReachesAnAllowedLoopbackAddress() throws Exception {
    try (var plain = LoopbackServer.http().answering("/jwks", BODY)) {
      var request = at(plain.port(), "/jwks");
      var http = request.to(request.url().replace("https:", "http:"));
      assertThat(failed(http).failure()).isEqualTo(FetchFailure.URL_REFUSED);
      assertThat(fetcher.get(http.allowingPlainHttp())).isInstanceOf(FetchResult.Fetched.class);
    }
  }

  @Test
  void nothingThatListensIsUnreachable() throws Exception {
    int port = server.port();
    server.close();
    assertThat(failed(at(port, "/jwks")).failure()).isEqualTo(FetchFailure.UNREACHABLE);
  }

  @Test
  void namesWithoutAddressAreUnresolved() throws Exception {
    try (var none = new Fetcher(FetchLimits.DEFAULT, host -> List.of());
        var unknown =
            new Fetcher(
                FetchLimits.DEFAULT,
                host -> {
                  throw new java.net.UnknownHostException(host);
                })) {
      for (Fetcher broken : List.of(none, unknown)) {
        var failed = (FetchResult.Failed) broken.get(request("/jwks"));
        assertThat(failed.failure()).isEqualTo(FetchFailure.UNRESOLVED);
      }
    }
  }

  @Test
  void oneHostIsNotFetchedTooOften() throws Exception {
    var limits =
        new FetchLimits(
            Duration.ofSeconds(2), Duration.ofSeconds(5), 1024, 1024, 3, 2, Duration.ofHours(1));
    try (var strict = new Fetcher(limits, host -> loopback())) {
      assertThat(strict.get(request("/jwks"))).isInstanceOf(FetchResult.Fetched.class);
      assertThat(strict.get(request("/jwks"))).isInstanceOf(FetchResult.Fetched.class);
      assertThat(((FetchResult.Failed) strict.get(request("/jwks"))).failure())
          .isEqualTo(FetchFailure.RATE_LIMITED);
      assertThat(server.asked()).hasSize(2);
    }
  }

  @Test
  void aHostMayBeFetchedAgainAfterItsInterval() {
    var time = new AtomicLong(Long.MAX_VALUE - 5);
    var rate = new HostRate(2, Duration.ofNanos(10), time::get);
    assertThat(List.of(rate.admits("a"), rate.admits("a"), rate.admits("a"), rate.admits("b")))
        .containsExactly(true, true, false, true);
    time.addAndGet(10);
    assertThat(List.of(rate.admits("a"), rate.admits("a"))).containsExactly(true, false);
  }

  @Test
  void aClosedFetcherFetchesNothing() throws Exception {
    fetcher.close();
    assertThat(failed(request("/jwks")).failure()).isEqualTo(FetchFailure.CANCELLED);
  }

  private FetchRequest request(String path) throws Exception {
    return at(server.port(), path);
  }

  private FetchRequest at(int port, String path) throws Exception {
    return FetchRequest.of("https://keys.example.org:" + port + path)
        .trusting(new TlsTrust.CaFile(LocalFile.at(authority.pem(folder))))
        .allowing(AllowedAddresses.of(Set.of("127.0.0.1")));
  }

  private FetchResult.Failed failed(FetchRequest request) {
    FetchResult result = fetcher.get(request);
    assertThat(result).isInstanceOf(FetchResult.Failed.class);
    return (FetchResult.Failed) result;
  }

  static List<InetAddress> loopback() {
    return List.of(InetAddress.ofLiteral("127.0.0.1"));
  }
}

package io.mintmark.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that send too much, too slowly, or elsewhere. */
class HostileServerTest {
  private static final FetchLimits SMALL =
      new FetchLimits(
          Duration.ofSeconds(2),
          Duration.ofSeconds(20),
          64 * 1024,
          8 * 1024,
          3,
          100,
          Duration.ofMillis(1));
  private static final FetchLimits HASTY = SMALL.withTotalTimeout(Duration.ofMillis(400));
  private static final String OK = "HTTP/1.1 200 OK\r\n";

  @TempDir private Path folder;
  private ThrowawayAuthority authority;

  @BeforeEach
  void authority() throws Exception {
    authority = ThrowawayAuthority.web(Instant.now());
  }

  @Test
  void endlessBodiesAreCutOff() throws Exception {
    assertFails(
        SMALL,
        FetchFailure.TOO_LARGE,
        out -> {
          say(out, OK + "\r\n");
          repeat(out, "x".repeat(4096));
        });
  }

  @Test
  void endlessChunkedBodiesAreCutOff() throws Exception {
    assertFails(
        SMALL,
        FetchFailure.TOO_LARGE,
        out -> {
          say(out, OK + "Transfer-Encoding: chunked\r\n\r\n");
          repeat(out, "1000\r\n" + "x".repeat(4096) + "\r\n");
        });
  }

  @Test
  void announcedSizesAboveTheLimitAreRefusedUnread() throws Exception {
    assertFails(
        SMALL, FetchFailure.TOO_LARGE, out -> say(out, OK + "Content-Length: 99999999999\r\n\r\n"));
  }

  @Test
  void endlessHeadersAreCutOff() throws Exception {
    assertFails(
        SMALL,
        FetchFailure.TOO_LARGE,
        out -> {
          say(out, OK);
          repeat(out, "X-Filler: x\r\n");
        });
  }

  @Test
  void anEndlessHeaderLineIsCutOff() throws Exception {
    assertFails(
        SMALL,
        FetchFailure.TOO_LARGE,
        out -> {
          say(out, OK + "X-Filler: ");
          repeat(out, "x".repeat(4096));
        });
  }

  @Test
  void anEndlessStatusLineIsCutOff() throws Exception {
    assertFails(
        SMALL, FetchFailure.TOO_LARGE, out -> repeat(out, "HTTP/1.1 200 " + "x".repeat(4096)));
  }

  @Test
  void headersThatAreLargeTogetherAreRefused() throws Exception {
    assertFails(
        SMALL,
        FetchFailure.TOO_LARGE,
        out -> say(out, OK + ("X-Filler: " + "x".repeat(1000) + "\r\n").repeat(9) + "\r\n"));
  }

  @Test
  void aBodyThatDribblesEndsAtTheTotalTimeout() throws Exception {
    assertFails(
        HASTY,
        FetchFailure.TIMEOUT,
        out -> {
          say(out, OK + "\r\n");
          dribble(out, "x");
        });
  }

  @Test
  void headersThatDribbleEndAtTheTotalTimeout() throws Exception {
    assertFails(
        HASTY,
        FetchFailure.TIMEOUT,
        out -> {
          say(out, OK + "X-Filler: ");
          dribble(out, "x");
        });
  }

  @Test
  void endlessInterimResponsesEndAtTheTotalTimeout() throws Exception {
    assertFails(
        HASTY, FetchFailure.TIMEOUT, out -> repeat(out, "HTTP/1.1 103 Early Hints\r\n\r\n"));
  }

  @Test
  void silenceEndsAtTheTotalTimeout() throws Exception {
    assertFails(HASTY, FetchFailure.TIMEOUT, out -> {});
  }

  @Test
  void silenceInsteadOfAHandshakeEndsAtTheTotalTimeout() throws Exception {
    try (var server = new RawServer(null, out -> {});
        var fetcher = new Fetcher(HASTY, host -> FetcherTest.loopback())) {
      assertThat(failure(fetcher, request(server.port(), "/"))).isEqualTo(FetchFailure.TIMEOUT);
      assertThat(server.sawHangUp()).isTrue();
    }
  }

  /**
   * The system's look-ups cannot be interrupted, so each of its threads may be lost for minutes.
   */
  @Test
  void aNameServerThatHangsForOneHostKeepsNoOtherFromBeingFound() throws Exception {
    var never = new CountDownLatch(1);
    var begun = new AtomicInteger();
    try (var fetcher =
        new Fetcher(
            FetchLimits.DEFAULT.withTotalTimeout(Duration.ofMillis(20)),
            host -> {
              if (host.startsWith("slow")) {
                begun.incrementAndGet();
                awaitUninterruptibly(never);
              }
              return List.of();
            })) {
      for (int i = 0; i < 20; i++) {
        assertThat(failure(fetcher, FetchRequest.of("https://slow.example.org/")))
            .isEqualTo(FetchFailure.TIMEOUT);
      }
      assertThat(begun).hasValue(1);
      assertThat(fetcher.get(FetchRequest.of("https://keys.example.org/")).toString())
          .doesNotContain("too many");
    } finally {
      never.countDown();
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    for (boolean done = false; !done; ) {
      try {
        latch.await();
        done = true;
      } catch (InterruptedException notNow) {
        // as getaddrinfo does
      }
    }
  }

  @Test
  void aNameServerThatHangsEndsAtTheTotalTimeout() throws Exception {
    var never = new CountDownLatch(1);
    try (var fetcher =
        new Fetcher(
            HASTY,
            host -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return FetcherTest.loopback();
            })) {
      assertThat(failure(fetcher, request(443, "/"))).isEqualTo(FetchFailure.TIMEOUT);
    }
  }

  @Test
  void compressedBodiesAreNotRead() throws Exception {
    var bomb = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bomb)) {
      gzip.write(new byte[16 * 1024 * 1024]);
    }
    for (String encoding : new String[] {"gzip", "br", "GZIP, gzip", "deflate"}) {
      assertFails(
          SMALL,
          FetchFailure.PROTOCOL,
          out -> {
            say(out, OK + "Content-Encoding: " + encoding + "\r\n");
            say(out, "Content-Length: " + bomb.size() + "\r\n\r\n");
            out.write(bomb.toByteArray());
          });
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.9\r\n\r\n\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\ntruncated",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
      })
  void whatIsNotHttpIsRefused(String answer) throws Exception {
    try (var server =
            new RawServer(authority.server("keys.example.org"), out -> close(out, answer));
        var fetcher = new Fetcher(SMALL, host -> FetcherTest.loopback())) {
      assertThat(failure(fetcher, request(server.port(), "/")))
          .isIn(FetchFailure.PROTOCOL, FetchFailure.TOO_LARGE);
    }
  }

  /** Fulcio's CVE-2026-49478 (security case 19), and the disguises of a redirect. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example.org:PORT/jwks",
        "https://keys.example.org:ELSEWHERE/jwks",
        "https://keys.example.org/jwks",
        "http://keys.example.org:PORT/jwks",
        "https://127.0.0.1:ELSEWHERE/jwks",
        "https://keys.example.org:PORT@evil.example.org/jwks",
        "https://keys.example.org.evil.example.org:PORT/jwks",
        "https://user@keys.example.org:PORT/jwks",
        "https://keys.example.org:PORT/jwks#fragment",
        "https://169.254.169.254/latest/meta-data",
        "//evil.example.org:ELSEWHERE/jwks",
        "/\\evil.example.org/jwks",
        "///evil.example.org/jwks",
        "\\\\evil.example.org\\jwks",
        "jwks",
        "./jwks",
        "?x=1",
        "",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "HTTPS://evil.example.org/",
        "https:evil.example.org",
      })
  void redirectsElsewhereAreNotFollowedAndGetNoToken(String location) throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "secret-token\n");
    try (var elsewhere =
            LoopbackServer.https(
                authority.server("keys.example.org", "evil.example.org", "127.0.0.1"));
        var server = LoopbackServer.https(authority.server("keys.example.org"));
        var fetcher = new Fetcher(SMALL, host -> FetcherTest.loopback())) {
      elsewhere.answering("/", "substituted");
      String target =
          location
              .replace("PORT", Integer.toString(server.port()))
              .replace("ELSEWHERE", Integer.toString(elsewhere.port()));
      server.redirecting("/start", target);
      var result = fetcher.get(request(server.port(), "/start").withTokenFile(LocalFile.at(token)));
      assertThat(result).isInstanceOf(FetchResult.Failed.class);
      var failed = (FetchResult.Failed) result;
      assertThat(failed.failure()).isEqualTo(FetchFailure.REDIRECT_REFUSED);
      assertThat(failed.detail()).doesNotContain("evil").doesNotContain("secret-token");
      assertThat(elsewhere.asked()).isEmpty();
      assertThat(server.asked()).hasSize(1);
    }
  }

  @Test
  void redirectsWithinTheHostAreFollowedThreeTimes() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "secret-token\n");
    try (var server = LoopbackServer.https(authority.server("keys.example.org"));
        var fetcher = new Fetcher(SMALL, host -> FetcherTest.loopback())) {
      server.redirecting("/1", "/2").redirecting("/2", "/3");
      server.redirecting("/3", "https://KEYS.example.org:" + server.port() + "/4?q");
      server.answering("/4", "there").redirecting("/0", "/1").redirecting("/loop", "/loop");
      assertThat(fetcher.get(request(server.port(), "/1").withTokenFile(LocalFile.at(token))))
          .isInstanceOf(FetchResult.Fetched.class);
      assertThat(server.asked())
          .extracting(LoopbackServer.Asked::authorization)
          .containsOnly("Bearer secret-token")
          .hasSize(4);
      assertThat(failure(fetcher, request(server.port(), "/0")))
          .isEqualTo(FetchFailure.REDIRECT_REFUSED);
      assertThat(failure(fetcher, request(server.port(), "/loop")))
          .isEqualTo(FetchFailure.REDIRECT_REFUSED);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "two tokens",
        "a\nX-Injected: b",
        "a\r\nX-Injected: b",
        "tok\u0000en",
        "t\u00f6ken",
        "=",
        "\"quoted\"",
        "a,b"
      })
  void tokenFilesWithAnythingElseSendNothing(String content) throws Exception {
    Path token = Files.writeString(folder.resolve("token"), content);
    try (var server = LoopbackServer.https(authority.server("keys.example.org"));
        var fetcher = new Fetcher(SMALL, host -> FetcherTest.loopback())) {
      server.answering("/", "{}");
      var result = fetcher.get(request(server.port(), "/").withTokenFile(LocalFile.at(token)));
      assertThat(((FetchResult.Failed) result).failure()).isEqualTo(FetchFailure.LOCAL_FILE);
      assertThat(server.asked()).isEmpty();
    }
  }

  private void assertFails(FetchLimits limits, FetchFailure failure, RawServer.Speech speech)
      throws Exception {
    try (var server = new RawServer(authority.server("keys.example.org"), speech);
        var fetcher = new Fetcher(limits, host -> FetcherTest.loopback())) {
      assertThat(failure(fetcher, request(server.port(), "/"))).isEqualTo(failure);
      assertThat(server.sawHangUp()).isTrue();
    }
  }

  private static FetchFailure failure(Fetcher fetcher, FetchRequest request) {
    FetchResult result = fetcher.get(request);
    assertThat(result).isInstanceOf(FetchResult.Failed.class);
    return ((FetchResult.Failed) result).failure();
  }

  private FetchRequest request(int port, String path) throws Exception {
    return FetchRequest.of("https://keys.example.org:" + port + path)
        .trusting(new TlsTrust.CaFile(LocalFile.at(authority.pem(folder))))
        .allowing(AllowedAddresses.of(Set.of("127.0.0.0/8")));
  }

  private static void say(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static void close(OutputStream out, String text) throws IOException {
    say(out, text);
    out.close();
  }

  private static void repeat(OutputStream out, String text) throws IOException {
    while (true) {
      say(out, text);
    }
  }

  private static void dribble(OutputStream out, String text)
      throws IOException, InterruptedException {
    while (true) {
      say(out, text);
      Thread.sleep(20);
    }
  }
}

package io.mintmark.sidecar.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who says or reads too little holds neither memory nor a place for long. */
@Timeout(90)
class PatienceTest {
  private static final Duration SHORT = Duration.ofMillis(500);
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final long MANY = 64L << 20;

  /** What kernel and proxy hold on the way, far less than what is sent. */
  private static final long FEW = 24L << 20;

  @TempDir Path folder;

  private ProxyFixture hurried(Duration head, Duration response, Duration idle) throws IOException {
    return new ProxyFixture(
        new RawUpstream(), plan -> ProxyFixture.hurried(plan, head, response, idle), folder);
  }

  @Test
  void aHeadThatDribblesIsCutOff() throws Exception {
    try (ProxyFixture proxy = hurried(SHORT, LONG, LONG);
        Socket socket = proxy.connect()) {
      OutputStream out = socket.getOutputStream();
      out.write("GET /v1/a HTTP/1.1\r\nX-A: ".getBytes(StandardCharsets.US_ASCII));
      boolean cut = false;
      for (int i = 0; i < 1000 && !cut; i++) {
        try {
          out.write('y');
          Thread.sleep(20);
        } catch (IOException ended) {
          cut = true;
        }
      }
      assertThat(cut).isTrue();
      assertThat(proxy.upstream.connections).isEmpty();
    }
  }

  @Test
  void whoSaysNothingIsCutOff() throws Exception {
    try (ProxyFixture proxy = hurried(SHORT, LONG, LONG);
        Socket silent = proxy.connect();
        Socket halfPreface = proxy.connect()) {
      silent.setSoTimeout(20_000);
      halfPreface.setSoTimeout(20_000);
      halfPreface.getOutputStream().write("PRI * HT".getBytes(StandardCharsets.US_ASCII));
      assertThat(ProxyFixture.heard(silent)).isEmpty();
      assertThat(ProxyFixture.heard(halfPreface)).isEmpty();
    }
  }

  @Test
  void aCallerThatNeverReadsIsCutOffAndItsUpstreamIsHeldBack() throws Exception {
    AtomicLong sent = new AtomicLong();
    CountDownLatch ended = new CountDownLatch(1);
    try (ProxyFixture proxy = hurried(LONG, LONG, Duration.ofSeconds(1));
        Socket socket = proxy.connect()) {
      proxy.upstream.answers =
          (request, upstream) -> {
            try {
              RawUpstream.say(upstream, "HTTP/1.1 200 OK\r\nContent-Length: " + MANY + "\r\n\r\n");
              sendMany(upstream.getOutputStream(), sent);
            } finally {
              ended.countDown();
            }
            return false;
          };
      socket
          .getOutputStream()
          .write(proxy.request("GET /v1/a").getBytes(StandardCharsets.US_ASCII));
      assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(sent).hasValueLessThan(FEW);
    }
  }

  @Test
  void anUpstreamThatNeverReadsIsGivenUpAndItsCallerIsHeldBack() throws Exception {
    AtomicLong sent = new AtomicLong();
    CountDownLatch go = new CountDownLatch(1);
    try (ProxyFixture proxy = hurried(LONG, LONG, Duration.ofSeconds(1));
        RawUpstream deaf = proxy.upstream;
        Socket socket = proxy.connect()) {
      deaf.deaf = go;
      socket
          .getOutputStream()
          .write(
              proxy
                  .request("POST /v1/a", "Content-Length: " + MANY)
                  .getBytes(StandardCharsets.US_ASCII));
      try {
        sendMany(socket.getOutputStream(), sent);
      } catch (IOException cut) {
        // by the proxy
      }
      assertThat(sent).hasValueLessThan(FEW);
      go.countDown();
    }
  }

  private static void sendMany(OutputStream out, AtomicLong sent) throws IOException {
    byte[] part = new byte[1 << 16];
    while (sent.get() < MANY) {
      out.write(part);
      sent.addAndGet(part.length);
    }
  }

  /** Attacks that ask on and on: for what is refused, and for what is answered. */
  @ParameterizedTest
  @ValueSource(strings = {"/none", "/v1/a"})
  void answersThatNobodyReadsAreNotAddedTo(String path) throws Exception {
    AtomicLong sent = new AtomicLong();
    try (ProxyFixture proxy = hurried(LONG, LONG, LONG);
        Socket socket = proxy.connect()) {
      byte[] refused =
          ("GET " + path + " HTTP/1.1\r\nHost: localhost:" + proxy.port() + "\r\n\r\n")
              .repeat(1000)
              .getBytes(StandardCharsets.US_ASCII);
      Thread sending =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      while (sent.get() < MANY) {
                        socket.getOutputStream().write(refused);
                        sent.addAndGet(refused.length);
                      }
                    } catch (IOException ended) {
                      // with the test
                    }
                  });
      sending.join(Duration.ofSeconds(5));
      assertThat(sent).hasValueLessThan(FEW);
    }
  }

  @Test
  void requestsInARowAreReadAtThePaceOfTheirAnswers() throws Exception {
    AtomicLong sent = new AtomicLong();
    try (ProxyFixture proxy = hurried(LONG, LONG, LONG);
        Socket socket = proxy.connect()) {
      byte[] many =
          ("GET /v1/a HTTP/1.1\r\nHost: localhost:" + proxy.port() + "\r\n\r\n")
              .repeat(1000)
              .getBytes(StandardCharsets.US_ASCII);
      CountDownLatch go = new CountDownLatch(1);
      proxy.upstream.answers =
          (request, upstream) -> {
            try {
              boolean late =
                  proxy.upstream.requests.size() < 1000 || go.await(60, TimeUnit.SECONDS);
              return late && RawUpstream.say(upstream, RawUpstream.ok("hello"));
            } catch (InterruptedException stop) {
              return false;
            }
          };
      Thread.ofVirtual().start(() -> drain(socket));
      Thread sending =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      while (sent.get() < MANY) {
                        socket.getOutputStream().write(many);
                        sent.addAndGet(many.length);
                      }
                    } catch (IOException ended) {
                      // with the test
                    }
                  });
      for (int i = 0; i < 300 && proxy.upstream.requests.size() < 1000; i++) {
        sending.join(Duration.ofMillis(100));
      }
      assertThat(proxy.upstream.requests).hasSizeGreaterThanOrEqualTo(1000);
      assertThat(sent).hasValueLessThan(FEW);
      go.countDown();
    }
  }

  private static void drain(Socket socket) {
    try {
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException ended) {
      // with the test
    }
  }

  @Test
  void aHeadWithoutEndFromTheUpstreamIsGivenUp() throws Exception {
    try (ProxyFixture proxy = hurried(LONG, SHORT, LONG)) {
      proxy.upstream.answers =
          (request, socket) -> {
            RawUpstream.say(socket, "HTTP/1.1 200 OK\r\nX-A: ");
            while (true) {
              RawUpstream.say(socket, "y");
              try {
                Thread.sleep(20);
              } catch (InterruptedException stop) {
                return false;
              }
            }
          };
      assertThat(proxy.said(proxy.request("GET /v1/a")))
          .startsWith("HTTP/1.1 504 ")
          .contains("\"upstream-timeout\"");
    }
  }

  @Test
  void interimAnswersWithoutEndAreGivenUp() throws Exception {
    try (ProxyFixture proxy = hurried(LONG, LONG, LONG)) {
      proxy.upstream.answers =
          (request, socket) -> {
            while (true) {
              RawUpstream.say(socket, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
            }
          };
      assertThat(proxy.said(proxy.request("GET /v1/a")))
          .startsWith("HTTP/1.1 103 ")
          .contains("HTTP/1.1 502 ")
          .contains("\"upstream-malformed\"");
    }
  }

  @Test
  void afterAFloodOfConnectionsOthersAreServedAgain() throws Exception {
    try (ProxyFixture proxy = hurried(SHORT, LONG, LONG)) {
      for (int i = 0; i < 500; i++) {
        try (Socket socket = proxy.connect()) {
          socket.getOutputStream().write('G');
        } catch (IOException turnedAway) {
          // as it should be
        }
      }
      String said = "";
      for (int i = 0; i < 100 && said.isEmpty(); i++) {
        said = proxy.said(proxy.request("GET /v1/a"));
      }
      assertThat(said).startsWith("HTTP/1.1 200 ");
    }
  }
}

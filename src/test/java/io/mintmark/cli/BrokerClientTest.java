package io.mintmark.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever answers in place of a broker, the caller gets one sentence, and soon. */
final class BrokerClientTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(200);

  private final CountDownLatch never = new CountDownLatch(1);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "200 | <html><body>Please sign in</body></html>",
        "502 | <html>Bad Gateway</html>",
        "404 | Not Found",
        "200 | ``",
        "200 | [1]",
        "200 | null",
        "302 | moved",
      })
  void whatIsNoBrokerIsSaidToBeNone(int status, String body) throws Exception {
    try (AnsweringServer server = AnsweringServer.json(status, body)) {
      assertThatThrownBy(() -> get(server.url(), LONG))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "what answers at %s is no broker: status %d, and no JSON object",
              server.url(), status);
    }
  }

  @Test
  void aRefusalCannotWriteToTheTerminal() throws Exception {
    String text = "a\\u001b[2Jb\\r\\n\\u202ec" + "d".repeat(5000);
    try (AnsweringServer server =
        AnsweringServer.json(
            400, "{\"reason\": \"r\\u0007\", \"error_description\": \"" + text + "\"}")) {
      assertThatThrownBy(() -> get(server.url(), LONG))
          .isInstanceOf(BrokerClient.Refusal.class)
          .message()
          .startsWith("refused (r): a [2Jb cddd")
          .endsWith("… (decision none)")
          .hasSizeLessThan(400)
          .doesNotContainPattern("\\p{C}");
    }
  }

  @Test
  void aBrokerThatNeverAnswersIsNotWaitedForForEver() throws Exception {
    tooSlow(exchange -> await());
  }

  @Test
  void anAnswerThatDribblesIsCutOff() throws Exception {
    tooSlow(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          await();
        });
  }

  @Test
  void anEndlessAnswerIsCutOff() throws Exception {
    try (AnsweringServer server =
        AnsweringServer.of(
            exchange -> {
              exchange.sendResponseHeaders(200, 0);
              try (OutputStream out = exchange.getResponseBody()) {
                byte[] blanks = new byte[1 << 16];
                while (true) {
                  out.write(blanks);
                }
              }
            })) {
      assertThatThrownBy(() -> get(server.url(), LONG))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("no answer from the broker at " + server.url() + ": ");
    }
  }

  @Test
  void aBrokerThatIsDownIsSaidToBe() throws Exception {
    URI url;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      url = URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }
    assertThatThrownBy(() -> get(url, LONG))
        .hasMessage(
            "no answer from the broker at "
                + url
                + ": nothing listens there, or the network is down");
  }

  @Test
  void aNameThatIsNotKnownIsSaidToBe() {
    assertThatThrownBy(() -> get(URI.create("https://broker.invalid"), LONG))
        .hasMessage("no answer from the broker at https://broker.invalid: its name is not known");
  }

  private void tooSlow(HttpHandler handler) throws Exception {
    try (AnsweringServer server = AnsweringServer.of(handler)) {
      assertThatThrownBy(() -> get(server.url(), SHORT))
          .hasMessage("the broker at " + server.url() + " did not answer within 200 ms");
    } finally {
      never.countDown();
    }
  }

  private void await() {
    try {
      never.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static void get(URI url, Duration timeout) throws Exception {
    try (BrokerClient client = new BrokerClient(url, SSLContext.getDefault(), timeout)) {
      assertThat(client.get("/")).isNotNull();
    }
  }
}

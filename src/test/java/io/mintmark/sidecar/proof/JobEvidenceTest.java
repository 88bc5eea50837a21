package io.mintmark.sidecar.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The evidence of CI jobs, and what stands where their services should. */
@Timeout(60)
class JobEvidenceTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
  private static final Duration LONG = Duration.ofSeconds(30);

  @Test
  void theJobsTokenIsAskedForWithTheAudience() throws Exception {
    try (Service service = new Service(OK + "\r\n{\"value\":\"a.b.c\"}")) {
      Proof proof = github(service, LONG).proof("https://broker/?a&b");
      assertThat(proof).isEqualTo(new Proof.PlatformToken("github", "a.b.c"));
      assertThat(service.heads.getFirst())
          .startsWith("GET /token?run=1&audience=https%3A%2F%2Fbroker%2F%3Fa%26b HTTP/1.1\r\n")
          .containsIgnoringCase("authorization: Bearer request-token\r\n");
    }
  }

  static Stream<Arguments> garbage() {
    return Stream.of(
        Arguments.of("an error", "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", "answered 500"),
        Arguments.of("no JSON", OK + "\r\nsecret", "did not answer with a JSON object"),
        Arguments.of("no object", OK + "\r\n[1,2]", "a JSON object"),
        Arguments.of("half an object", OK + "\r\n{\"value\":\"a.b.c\"", "a JSON object"),
        Arguments.of("no value", OK + "\r\n{\"other\":\"secret\"}", "it is empty"),
        Arguments.of("a value of another kind", OK + "\r\n{\"value\":{}}", "it is empty"),
        Arguments.of("no token", OK + "\r\n{\"value\":\"secret\"}", "not a compact JWT"),
        Arguments.of("a header", OK + "\r\n{\"value\":\"a.b.c\\r\\nX: secret\"}", "compact JWT"),
        Arguments.of("nothing", OK + "Content-Length: 0\r\n\r\n", "a JSON object"),
        Arguments.of(
            "depth", OK + "\r\n" + "[".repeat(60_000), "did not answer with a JSON object"),
        Arguments.of("too much", OK + "\r\n{\"value\":\"" + "a".repeat(70_000), "more than 64 KiB"),
        Arguments.of("no HTTP", "220 mail.example.org ESMTP\r\n\r\n", ""),
        Arguments.of("an end at once", "", ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("garbage")
  void garbageIsNeitherSentNorShown(String name, String answer, String why) throws Exception {
    try (Service service = new Service(answer)) {
      assertThatThrownBy(() -> github(service, LONG).proof("https://broker"))
          .isInstanceOf(ProofUnavailable.class)
          .hasMessageContaining(why)
          .hasMessageNotContaining("secret")
          .hasMessageNotContaining("request-token");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void aRedirectIsNotFollowedSoThatTheRequestTokenGoesNowhereElse(int status) throws Exception {
    try (Service other = new Service(OK + "\r\n{\"value\":\"a.b.c\"}");
        Service service =
            new Service(
                "HTTP/1.1 %d Go\r\nLocation: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    .formatted(status, other.url()))) {
      assertThatThrownBy(() -> github(service, LONG).proof("https://broker"))
          .hasMessageContaining("answered " + status);
      assertThat(other.heads).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 200 OK\r\nX-A: ", OK + "\r\n{\"value\":\"a"})
  void anAnswerThatDribblesIsGivenUp(String beginning) throws Exception {
    try (Service service = new Service(beginning)) {
      service.dribbles = true;
      assertThatThrownBy(() -> github(service, Duration.ofMillis(500)).proof("https://broker"))
          .hasMessage("GitHub's token service did not answer in time");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://token.example.org/",
        "ftp://token.example.org/",
        "file:///etc/passwd",
        "https:token",
        "https://",
        "a b",
        ""
      })
  void theRequestTokenGoesToAnHttpsUrlOnly(String url) {
    ProofSource source =
        new GithubJob(
            Map.of(
                    "ACTIONS_ID_TOKEN_REQUEST_URL",
                    url,
                    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
                    "request-token")
                ::get,
            false,
            LONG);
    assertThatThrownBy(() -> source.proof("https://broker"))
        .isInstanceOf(ProofUnavailable.class)
        .hasMessageStartingWith("ACTIONS_ID_TOKEN_REQUEST_URL is no");
  }

  @Test
  void outsideAJobThereIsNone() {
    Map<String, String> environment = new HashMap<>();
    assertThatThrownBy(() -> new GithubJob(environment::get, false, LONG).proof("https://broker"))
        .hasMessageContaining("id-token: write");
    ProofSource gitlab = new GitlabJob("MINTMARK_TOKEN", environment::get);
    assertThatThrownBy(() -> gitlab.proof("https://broker")).hasMessageContaining("id_tokens");

    environment.put("MINTMARK_TOKEN", "a.b.secret\r\nX: y");
    assertThatThrownBy(() -> gitlab.proof("https://broker"))
        .hasMessageContaining("not a compact JWT")
        .hasMessageNotContaining("secret");
  }

  private static ProofSource github(Service service, Duration limit) {
    return new GithubJob(
        Map.of(
                "ACTIONS_ID_TOKEN_REQUEST_URL",
                service.url() + "?run=1",
                "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
                "request-token")
            ::get,
        true,
        limit);
  }

  /** Answers each connection's first request with these bytes. */
  private static final class Service implements AutoCloseable {
    final List<String> heads = new CopyOnWriteArrayList<>();
    volatile boolean dribbles;
    private final ServerSocket server;
    private final byte[] answer;

    Service(String answer) throws IOException {
      this.answer = answer.getBytes(StandardCharsets.ISO_8859_1);
      this.server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(this::serve);
    }

    String url() {
      return "http://127.0.0.1:" + server.getLocalPort() + "/token";
    }

    private void serve() {
      while (!server.isClosed()) {
        try (Socket socket = server.accept()) {
          StringBuilder head = new StringBuilder();
          while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
              break;
            }
            head.append((char) next);
          }
          heads.add(head.toString());
          socket.getOutputStream().write(answer);
          while (dribbles) {
            Thread.sleep(50);
            socket.getOutputStream().write('a');
          }
        } catch (IOException | InterruptedException ended) {
          // by the other side
        }
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}

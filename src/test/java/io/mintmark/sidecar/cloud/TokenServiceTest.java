package io.mintmark.sidecar.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.sidecar.Threads;
import io.mintmark.sidecar.cloud.TokenService.Outcome;
import io.mintmark.sidecar.proxy.RawUpstream;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of a token service that redirects, dawdles, lies or is another. */
class TokenServiceTest {
  private static final Instant NOW =
      Instant.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path folder;
  private final Threads threads = Threads.start(InstantSource.system());
  private RawUpstream server;
  private Path authority = Path.of("/");

  TokenServiceTest() throws IOException {
    server = new RawUpstream();
  }

  @BeforeEach
  void authority() throws IOException {
    authority = server.authorityIn(folder);
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    threads.close();
  }

  private Outcome assume(Duration limit) throws Exception {
    return assume(limit, "https://localhost:" + server.port());
  }

  private Outcome assume(Duration limit, String url) throws Exception {
    RolePlan plan =
        new RolePlan(
            FakeToken.WANTED,
            RoleArn.parse(StsWords.ROLE),
            "orders-1",
            Duration.ofHours(1),
            URI.create(url),
            authority);
    HttpsPost post =
        new HttpsPost(
            threads.network().next(),
            threads.workers(),
            threads.workers(),
            plan.sts(),
            plan.authorities(),
            limit);
    return new TokenService(plan, post)
        .assume("header.payload+/=.signature", NOW)
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  private void answers(String answer) {
    server.answers = (request, socket) -> RawUpstream.say(socket, answer) && false;
  }

  private static String reason(Outcome outcome) {
    return outcome instanceof Outcome.NotAssumed refused ? refused.reason() : "assumed";
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void aRedirectIsNotFollowedAndTheTokenGoesNowhereElse(int status) throws Exception {
    try (RawUpstream elsewhere = new RawUpstream()) {
      answers(
          "HTTP/1.1 %d Moved\r\nLocation: https://localhost:%d/\r\nContent-Length: 0\r\n\r\n"
              .formatted(status, elsewhere.port()));
      assertThat(reason(assume(LONG))).isEqualTo("sts-redirected");
      assertThat(elsewhere.connections).isEmpty();
      assertThat(server.requests).hasSize(1);
    }
  }

  @Test
  void anAnswerWithoutEndIsCutOff() throws Exception {
    server.answers =
        (request, socket) -> {
          RawUpstream.say(socket, "HTTP/1.1 200 OK\r\n\r\n");
          for (int i = 0; i < 4096; i++) {
            RawUpstream.say(socket, "<a>".repeat(1024));
          }
          return false;
        };
    assertThat(reason(assume(LONG))).isEqualTo("sts-unreachable");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n",
        "SSH-2.0-OpenSSH_10.0\r\n",
        "\u0000",
        ""
      })
  void whatIsNoWholeAnswerIsNone(String answer) throws Exception {
    answers(answer);
    assertThat(reason(assume(LONG))).isIn("sts-unreachable", "sts-malformed");
  }

  @Test
  void headersWithoutEndAreCutOff() throws Exception {
    answers("HTTP/1.1 200 OK\r\nX: " + "x".repeat(40_000) + "\r\n\r\n");
    assertThat(reason(assume(LONG))).isEqualTo("sts-unreachable");
  }

  @Test
  void anAnswerThatDribblesEndsAtTheTimeLimit() throws Exception {
    server.answers =
        (request, socket) -> {
          RawUpstream.say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n");
          while (RawUpstream.say(socket, " ")) {
            java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
          }
          return false;
        };
    Outcome outcome = assume(Duration.ofMillis(700));
    assertThat(outcome.toString()).contains("in time");
  }

  @Test
  void aServerThatSpeaksNoTlsGetsNothing() throws Exception {
    try (var plain = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(
              () -> {
                try (var socket = plain.accept()) {
                  socket
                      .getOutputStream()
                      .write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                  socket.getInputStream().readAllBytes();
                } catch (IOException ended) {
                  // so it must
                }
              });
      assertThat(assume(LONG, "https://localhost:" + plain.getLocalPort()).toString())
          .contains("speaks no TLS");
    }
  }

  @Test
  void aCertificateForAnotherNameIsNotBelieved() throws Exception {
    server.close();
    server = new RawUpstream("sts.example.org");
    authority = server.authorityIn(folder);
    assertThat(assume(LONG).toString()).contains("is not trusted");
    assertThat(server.requests).isEmpty();
  }

  @Test
  void anotherAuthorityIsNotBelieved() throws Exception {
    try (RawUpstream other = new RawUpstream()) {
      authority = other.authorityIn(folder);
      assertThat(assume(LONG).toString()).contains("is not trusted");
      assertThat(server.requests).isEmpty();
    }
  }

  @Test
  void authoritiesThatCannotBeReadAreNobody() throws Exception {
    authority = folder.resolve("absent.pem");
    assertThat(assume(LONG).toString()).contains("authorities cannot be read");
    authority = Files.writeString(folder.resolve("empty.pem"), "");
    assertThat(assume(LONG).toString()).contains("authorities cannot be read");
  }

  @Test
  void aSessionOfAnotherRoleAccountOrNameIsNotTaken() throws Exception {
    for (String other :
        new String[] {
          "arn:aws:sts::123456789012:assumed-role/admin/orders-1",
          "arn:aws:sts::210987654321:assumed-role/orders/orders-1",
          "arn:aws:sts::123456789012:assumed-role/orders/orders-2",
          "arn:aws-cn:sts::123456789012:assumed-role/orders/orders-1"
        }) {
      answers(RawUpstream.ok(StsWords.session(NOW.plusSeconds(3600).toString(), other)));
      assertThat(reason(assume(LONG))).isEqualTo("sts-other-role");
    }
  }

  @Test
  void aSessionThatHasExpiredOrLastsForDaysIsNotTaken() throws Exception {
    answers(RawUpstream.ok(StsWords.session(NOW)));
    assertThat(reason(assume(LONG))).isEqualTo("sts-expired");
    answers(RawUpstream.ok(StsWords.session(NOW.plus(Duration.ofHours(13)))));
    assertThat(reason(assume(LONG))).isEqualTo("sts-malformed");
  }

  @Test
  void whatIsSentIsTheActionAndNothingElse() throws Exception {
    answers(RawUpstream.ok(StsWords.session(NOW.plusSeconds(3600))));
    assertThat(reason(assume(LONG))).isEqualTo("assumed");
    String request = server.requests.getFirst();
    assertThat(request).startsWith("POST / HTTP/1.1\r\n").contains("localhost:" + server.port());
    String form = request.substring(request.indexOf("\r\n\r\n") + 4);
    assertThat(form).contains("payload%2B%2F%3D");
    assertThat(URLDecoder.decode(form, StandardCharsets.UTF_8).split("&"))
        .containsExactly(
            "Action=AssumeRoleWithWebIdentity",
            "Version=2011-06-15",
            "RoleArn=" + StsWords.ROLE,
            "RoleSessionName=orders-1",
            "DurationSeconds=3600",
            "WebIdentityToken=header.payload+/=.signature");
  }

  @Test
  void aRefusalIsToldWithItsCode() throws Exception {
    String body = StsWords.error("AccessDenied", "Not authorized to perform sts:AssumeRole");
    answers("HTTP/1.1 403 Forbidden\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    assertThat(assume(LONG))
        .isEqualTo(
            new Outcome.NotAssumed(
                "AccessDenied",
                "role \""
                    + StsWords.ROLE
                    + "\" is refused: AccessDenied: Not authorized to perform sts:AssumeRole"));
  }
}

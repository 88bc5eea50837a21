package io.mintmark.sidecar.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Upstreams that are not who they should be, or answer for more than they were asked. */
class HostileUpstreamTest {
  @TempDir Path folder;

  static Stream<Arguments> garbage() {
    String ok = "HTTP/1.1 200 OK\r\n";
    return Stream.of(
        Arguments.of("no HTTP", "220 mail.example.org ESMTP\r\n\r\n"),
        Arguments.of("a version to come", "HTTP/2.0 200 OK\r\n\r\n"),
        Arguments.of("a status of two digits", "HTTP/1.1 20 OK\r\n\r\n"),
        Arguments.of("a status out of range", "HTTP/1.1 999 OK\r\n\r\n"),
        Arguments.of(
            "an upgrade nobody asked for", "HTTP/1.1 101 Go\r\nUpgrade: websocket\r\n\r\n"),
        Arguments.of(
            "both lengths", ok + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc"),
        Arguments.of("two lengths", ok + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
        Arguments.of("a length with a sign", ok + "Content-Length: +3\r\n\r\nabc"),
        Arguments.of("a folded line", ok + "X: a\r\n b\r\n\r\n"),
        Arguments.of("a bare line feed", ok + "X: a\nSet-Cookie: b\r\n\r\n"),
        Arguments.of("a bare carriage return", ok + "X: a\rSet-Cookie: b\r\n\r\n"),
        Arguments.of("space before a colon", ok + "Content-Length : 3\r\n\r\nabc"),
        Arguments.of("a field without end", ok + "X: " + "a".repeat(40_000) + "\r\n\r\n"),
        Arguments.of("fields without end", ok + "X: y\r\n".repeat(200) + "\r\n"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("garbage")
  void garbageIsNotPassedOn(String name, String answer) throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      proxy.upstream.answers = (request, socket) -> RawUpstream.say(socket, answer);
      assertThat(proxy.said(proxy.request("GET /v1/a")))
          .startsWith("HTTP/1.1 502 ")
          .contains("\"upstream-malformed\"")
          .doesNotContain("token-1");
    }
  }

  @Test
  void anAnswerThatNobodyAskedForIsNotTheNextCallers() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      proxy.upstream.answers =
          (request, socket) ->
              request.contains("/first")
                  ? RawUpstream.say(socket, RawUpstream.ok("first") + RawUpstream.ok("poison"))
                  : RawUpstream.say(socket, RawUpstream.ok("second"));
      assertThat(proxy.said(proxy.request("GET /v1/first"))).endsWith("first");
      assertThat(proxy.said(proxy.request("GET /v1/second"))).endsWith("second");
      assertThat(proxy.upstream.connections).hasSize(2);
    }
  }

  @Test
  void aBodyThatBreaksOffDoesNotLookWhole() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      proxy.upstream.answers =
          (request, socket) ->
              RawUpstream.say(
                      socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
                  && false;
      assertThat(proxy.said(proxy.request("GET /v1/a"))).doesNotContain("\r\n0\r\n");
    }
  }

  @Test
  void oneThatNeverAnswersIsGivenUp() throws IOException {
    ProxyFixture impatient =
        new ProxyFixture(
            new RawUpstream(),
            plan ->
                ProxyFixture.hurried(
                    plan, Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofSeconds(5)),
            folder);
    try (ProxyFixture proxy = impatient) {
      proxy.upstream.answers = (request, socket) -> socket.getInputStream().read() >= 0;
      assertThat(proxy.said(proxy.request("GET /v1/a")))
          .startsWith("HTTP/1.1 504 ")
          .contains("\"upstream-timeout\"");
    }
  }

  @Test
  void aCertificateForAnotherNameIsNotBelieved() throws IOException {
    try (ProxyFixture proxy =
        new ProxyFixture(new RawUpstream("evil.example.org"), plan -> plan, folder)) {
      assertThat(proxy.said(proxy.request("GET /v1/a")))
          .startsWith("HTTP/1.1 502 ")
          .contains("\"upstream-untrusted\"");
      assertThat(proxy.upstream.requests).isEmpty();
    }
  }

  @Test
  void anotherAuthorityIsNotBelieved() throws IOException {
    try (RawUpstream another = new RawUpstream()) {
      Path other = another.authorityIn(java.nio.file.Files.createDirectory(folder.resolve("b")));
      try (ProxyFixture proxy =
          new ProxyFixture(
              new RawUpstream(),
              plan -> trusting(plan, new Route.Trusted.Authorities(other)),
              folder)) {
        assertThat(proxy.said(proxy.request("GET /v1/a"))).contains("\"upstream-untrusted\"");
        assertThat(proxy.upstream.requests).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.CsvSource({"ledger, true", "other, false"})
  void aSpiffeIdIsTheWholeName(String name, boolean believed) throws Exception {
    var id = io.mintmark.workload.WorkloadId.parse("spiffe://prod.example.org/ledger");
    try (ProxyFixture proxy =
        new ProxyFixture(
            new RawUpstream("spiffe://prod.example.org/" + name),
            plan -> trusting(plan, new Route.Trusted.Spiffe(id)),
            folder)) {
      assertThat(proxy.said(proxy.request("GET /v1/a")).contains("200 OK")).isEqualTo(believed);
      assertThat(proxy.upstream.requests).hasSize(believed ? 1 : 0);
    }
  }

  private static ProxyPlan trusting(ProxyPlan plan, Route.Trusted trust) {
    Route.Origin old = plan.routes().getFirst().upstream();
    return new ProxyPlan(
        plan.label(),
        plan.mode(),
        plan.entry(),
        plan.hosts(),
        null,
        false,
        plan.limits(),
        List.of(
            ProxyFixture.route(
                java.util.Set.of(),
                null,
                "/v1",
                new Route.Origin(old.host(), old.port(), trust, null))));
  }
}

package io.mintmark.sidecar.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.sidecar.held.Credentials.State;
import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.spiffe.Pki;
import io.mintmark.spiffe.Pki.Issued;
import io.mintmark.workload.WorkloadId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes through the proxy whole: WebSockets, tunnels, large bodies, client certificates. */
@Timeout(90)
class PassingThroughTest {
  private static final String UPGRADE =
      "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
          + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
  private static final Wanted.X509Svid IDENTITY = new Wanted.X509Svid(Wanted.KeyKind.EC_P256, null);

  @TempDir Path folder;

  private static String websocket(ProxyFixture proxy) {
    return "GET /v1/ws HTTP/1.1\r\nHost: localhost:"
        + proxy.port()
        + "\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        + "Authorization: mine\r\n\r\n";
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String read(Socket socket, int bytes) throws IOException {
    return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.ISO_8859_1);
  }

  @Test
  void aWebSocketPassesBothWaysWithTheCredential() throws Exception {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder);
        Socket socket = proxy.connect()) {
      proxy.upstream.answers =
          (request, upstream) -> {
            // the first frames may come with the answer itself
            RawUpstream.say(upstream, UPGRADE + "early");
            for (int next = upstream.getInputStream().read();
                next >= 0;
                next = upstream.getInputStream().read()) {
              RawUpstream.say(upstream, "<" + (char) next + ">");
            }
            return false;
          };
      send(socket, websocket(proxy));
      String head = RawUpstream.head(socket.getInputStream());
      assertThat(head)
          .startsWith("HTTP/1.1 101 ")
          .contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
      assertThat(read(socket, 5)).isEqualTo("early");
      send(socket, "ab");
      assertThat(read(socket, 6)).isEqualTo("<a><b>");
      assertThat(proxy.upstream.requests.getFirst())
          .contains("\r\nauthorization: Bearer token-1\r\n")
          .contains("\r\nconnection: upgrade\r\n")
          .contains("\r\nupgrade: websocket\r\n")
          .doesNotContain("mine");
      // what is said on it is no request any more
      send(socket, "GET /v1/a HTTP/1.1\r\n\r\n");
      assertThat(read(socket, 3)).isEqualTo("<G>");
      assertThat(proxy.upstream.requests).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 101 Go\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
        "HTTP/1.1 101 Go\r\nConnection: Upgrade\r\n\r\n",
        "HTTP/1.1 101 Go\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n\r\n"
      })
  void anUpgradeToSomethingElseIsNotPassedOn(String answer) throws Exception {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder);
        Socket socket = proxy.connect()) {
      proxy.upstream.answers = (request, upstream) -> RawUpstream.say(upstream, answer);
      send(socket, websocket(proxy));
      assertThat(RawUpstream.head(socket.getInputStream())).startsWith("HTTP/1.1 502 ");
    }
  }

  @Test
  void anUpgradeThatIsRefusedLeavesAConnectionForRequests() throws Exception {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder);
        Socket socket = proxy.connect()) {
      send(socket, websocket(proxy));
      assertThat(RawUpstream.head(socket.getInputStream())).startsWith("HTTP/1.1 200 ");
      assertThat(read(socket, 5)).isEqualTo("hello");
      send(socket, proxy.request("GET /v1/b"));
      assertThat(RawUpstream.head(socket.getInputStream())).startsWith("HTTP/1.1 200 ");
      assertThat(proxy.upstream.requests.getLast()).startsWith("GET /v1/b ");
    }
  }

  @Test
  void aTunnelPassesBytesUnreadAndWithoutAnyCredential() throws Exception {
    ProxyFixture tunnelling =
        new ProxyFixture(new RawUpstream(), plan -> ProxyFixture.forwarding(plan, true), folder);
    try (ProxyFixture proxy = tunnelling;
        ServerSocket far = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Socket socket = proxy.connect()) {
      String to = "localhost:" + far.getLocalPort();
      send(socket, "CONNECT " + to + " HTTP/1.1\r\nHost: " + to + "\r\n\r\nfirst");
      try (Socket accepted = far.accept()) {
        accepted.setSoTimeout(20_000);
        assertThat(RawUpstream.head(socket.getInputStream()))
            .startsWith("HTTP/1.1 200 ")
            .doesNotContainIgnoringCase("content-length")
            .doesNotContainIgnoringCase("transfer-encoding");
        assertThat(read(accepted, 5)).isEqualTo("first");
        send(accepted, "GET /v1/a HTTP/1.1\r\n\r\n");
        assertThat(read(socket, 22)).isEqualTo("GET /v1/a HTTP/1.1\r\n\r\n");
        send(socket, "\0\u00ff");
        assertThat(read(accepted, 2)).isEqualTo("\0\u00ff");
        socket.shutdownOutput();
        assertThat(accepted.getInputStream().read()).isNegative();
      }
      assertThat(proxy.upstream.requests).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLargeBodyPassesBothWaysWholeAndInParts(boolean chunked) throws Exception {
    byte[] body = new byte[8 << 20];
    new Random(7).nextBytes(body);
    String sum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    try (ProxyFixture proxy = ProxyFixture.reverse(folder);
        Socket socket = proxy.connect()) {
      socket.setSoTimeout(60_000);
      proxy.upstream.answers =
          (request, upstream) -> {
            String head = request.substring(0, request.indexOf("\r\n\r\n") + 4);
            String sent = request.substring(head.length());
            return RawUpstream.say(
                upstream,
                chunked
                    ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + Integer.toHexString(sent.length())
                        + "\r\n"
                        + sent
                        + "\r\n0\r\n\r\n"
                    : RawUpstream.ok(sent));
          };
      Thread sending =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      send(socket, proxy.request("PUT /v1/a", "Content-Length: " + body.length));
                      socket.getOutputStream().write(body);
                    } catch (IOException failed) {
                      // the sums will differ
                    }
                  });
      InputStream in = socket.getInputStream();
      assertThat(RawUpstream.head(in)).startsWith("HTTP/1.1 200 ");
      byte[] got = chunked ? joined(in) : in.readNBytes(body.length);
      assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(got)))
          .isEqualTo(sum);
      sending.join();
    }
  }

  /** The chunks of a body, to the last. */
  private static byte[] joined(InputStream in) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (true) {
      StringBuilder line = new StringBuilder();
      while (!line.toString().endsWith("\r\n")) {
        line.append((char) in.read());
      }
      int size = Integer.parseInt(line.toString().strip(), 16);
      all.writeBytes(in.readNBytes(size));
      in.readNBytes(2);
      if (size == 0) {
        return all.toByteArray();
      }
    }
  }

  @Test
  void theClientCertificateIsTheNewestAndNoneIsShownThatExpired() throws Exception {
    Issued first = Pki.leaf("spiffe://prod.example.org/orders").selfSigned();
    Issued second = Pki.leaf("spiffe://prod.example.org/orders").selfSigned();
    ProxyFixture mutual =
        new ProxyFixture(new RawUpstream(), PassingThroughTest::withIdentity, folder);
    try (ProxyFixture proxy = mutual) {
      assertThat(proxy.said(proxy.request("GET /v1/a"))).startsWith("HTTP/1.1 503 ");
      assertThat(proxy.upstream.connections).isEmpty();

      hold(proxy, first);
      assertThat(proxy.said(proxy.request("GET /v1/a"))).startsWith("HTTP/1.1 200 ");
      assertThat(proxy.said(proxy.request("GET /v1/b"))).startsWith("HTTP/1.1 200 ");
      assertThat(proxy.upstream.shown).containsExactly(first.certificate());

      hold(proxy, second);
      assertThat(proxy.said(proxy.request("GET /v1/c"))).startsWith("HTTP/1.1 200 ");
      assertThat(proxy.upstream.shown).containsExactly(first.certificate(), second.certificate());

      proxy.credentials.states.put(IDENTITY, new State.Unavailable("expired", "it expired"));
      assertThat(proxy.said(proxy.request("GET /v1/d")))
          .startsWith("HTTP/1.1 503 ")
          .contains("\"credential-unavailable\"");
      assertThat(proxy.upstream.requests).hasSize(3);
    }
  }

  private static ProxyPlan withIdentity(ProxyPlan plan) {
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
                Set.of(),
                null,
                "/v1",
                new Route.Origin(old.host(), old.port(), old.trust(), IDENTITY))));
  }

  private static void hold(ProxyFixture proxy, Issued issued) throws Exception {
    Instant now = Instant.now();
    proxy.credentials.states.put(
        IDENTITY,
        new State.Ready(
            new Held.Certificate(
                WorkloadId.parse("spiffe://prod.example.org/orders"),
                List.of(issued.certificate()),
                issued.keys().getPrivate(),
                now,
                now.plus(Duration.ofHours(1)),
                "decision")));
  }
}

package io.mintmark.sidecar.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.sidecar.unix.Callers;
import java.io.IOException;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Callers that want a credential to go where it must not, or more of the proxy than their share.
 */
class HostileCallerTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "none | 400 | host-mismatch",
        "Host: localhost, evil.example.org | 400 | host-mismatch",
        "Host: localhost~Host: localhost | 400 | host-mismatch",
        "Host: localhost~Host: evil.example.org | 400 | host-mismatch",
        "Host: user@localhost | 400 | host-mismatch",
        "Host: localhost/v1 | 400 | host-mismatch",
        "Host: localhost:99999 | 400 | host-mismatch",
        "Host: localhost:+80 | 400 | host-mismatch",
        "Host: local host | 400 | host-mismatch",
        "Host: evil.example.org | 421 | host-unknown",
        "Host: localhost.evil.example.org | 421 | host-unknown",
        "Host: 127.0.0.1.nip.io | 421 | host-unknown",
        "Host: localhost:1 | 421 | host-unknown",
        "Host: localhost~Origin: https://evil.example.org | 403 | browser-refused",
        "Host: localhost~Origin: null | 403 | browser-refused",
        "Host: localhost~Sec-Fetch-Site: cross-site | 403 | browser-refused",
        "Host: localhost~Sec-Fetch-Site: same-origin | 403 | browser-refused",
        "Host: localhost~Connection: Upgrade, HTTP2-Settings~Upgrade: h2c~HTTP2-Settings:"
            + " AAMAAABkAAQ | 400 | upgrade-refused",
        "Host: localhost~Upgrade: websocket | 400 | upgrade-refused",
        "Host: localhost~Connection: upgrade~Upgrade: websocket, h2c | 400 | upgrade-refused",
        "Host: localhost~Connection: upgrade~Upgrade: TLS/1.0 | 400 | upgrade-refused"
      })
  void aReverseProxyAnswersOnlyToItsOwnNamesAndNoPage(
      @org.jspecify.annotations.Nullable String fields, int status, String reason)
      throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      String head =
          "GET /v1/a HTTP/1.1\r\n" + (fields == null ? "" : fields.replace("~", "\r\n") + "\r\n");
      assertThat(proxy.said(head + "Connection: close\r\n\r\n"))
          .startsWith("HTTP/1.1 " + status + " ")
          .contains("\"" + reason + "\"");
      assertThat(proxy.upstream.connections).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:PORT", "127.0.0.1:PORT", "LOCALHOST", "[::1]", "ledger.local"})
  void itsOwnNamesAreKnown(String host) throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      String named = host.replace("PORT", "" + proxy.port());
      assertThat(
              proxy.said("GET /v1/a HTTP/1.1\r\nHost: " + named + "\r\nConnection: close\r\n\r\n"))
          .startsWith("HTTP/1.1 200 ");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://ledger.example.org/v1/a, ledger.example.org, 200",
    "HTTP://Ledger.Example.Org:80/v1/a, ledger.example.org, 200",
    "http://ledger.example.org/v1/a, evil.example.org, 400",
    "http://ledger.example.org:80/v1/a, ledger.example.org:81, 400",
    "http://ledger.example.org:443/v1/a, ledger.example.org:443, 403",
    "http://evil.example.org/v1/a, evil.example.org, 403",
    "http://ledger.example.org@evil.example.org/v1/a, ledger.example.org, 400",
    "http://evil.example.org\\@ledger.example.org/v1/a, ledger.example.org, 400",
    "http://ledger.example.org%2eevil.example.org/v1/a, ledger.example.org, 400",
    "http://ledger.example.org#.evil.example.org/v1/a, ledger.example.org, 400",
    "https://ledger.example.org/v1/a, ledger.example.org, 400",
    "ftp://ledger.example.org/v1/a, ledger.example.org, 400",
    "//ledger.example.org/v1/a, ledger.example.org, 400",
    "/v1/a, ledger.example.org, 400",
    "http:///v1/a, ledger.example.org, 400",
    "http://127.0.0.1/v1/a, 127.0.0.1, 403",
    "http://169.254.169.254/v1/a, 169.254.169.254, 403"
  })
  void aForwardProxyTakesOneHostFromOnePlace(String uri, String host, int status)
      throws IOException {
    try (ProxyFixture proxy = ProxyFixture.forward(folder)) {
      assertThat(
              proxy.said(
                  "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(uri, host)))
          .startsWith("HTTP/1.1 " + status + " ");
      assertThat(proxy.upstream.requests).hasSize(status == 200 ? 1 : 0);
    }
  }

  @Test
  void aTunnelLeadsNeitherToARoutedHostNorToAnyOtherPort() throws IOException {
    ProxyFixture tunnelling =
        new ProxyFixture(new RawUpstream(), plan -> ProxyFixture.forwarding(plan, true), folder);
    try (ProxyFixture proxy = tunnelling) {
      for (String to : List.of("ledger.example.org:443", "localhost:22", "localhost")) {
        assertThat(proxy.said("CONNECT " + to + " HTTP/1.1\r\nConnection: close\r\n\r\n"))
            .startsWith("HTTP/1.1 40");
      }
      assertThat(proxy.upstream.connections).isEmpty();
    }
  }

  @Test
  void withoutTheSecretNothingPassesAndItNeverGoesOn() throws IOException {
    Path file = folder.resolve("secret");
    ProxyFixture guarded =
        new ProxyFixture(
            new RawUpstream(),
            plan ->
                new ProxyPlan(
                    "ledger",
                    plan.mode(),
                    plan.entry(),
                    plan.hosts(),
                    ProxyFixture.secret(file),
                    false,
                    plan.limits(),
                    plan.routes()),
            folder);
    try (ProxyFixture proxy = guarded) {
      String secret = Files.readString(file);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(proxy.said(proxy.request("GET /v1/a"))).startsWith("HTTP/1.1 403 ");
      assertThat(proxy.said(proxy.request("GET /v1/a", "X-Mintmark-Proxy-Secret: 0" + secret)))
          .startsWith("HTTP/1.1 403 ");
      assertThat(proxy.upstream.connections).isEmpty();
      assertThat(proxy.said(proxy.request("GET /v1/a", "X-Mintmark-Proxy-Secret: " + secret)))
          .startsWith("HTTP/1.1 200 ");
      assertThat(proxy.upstream.requests.getFirst()).doesNotContain(secret);
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void aHeadThatIsTooLargeIsRefusedByLineFieldAndCount() throws IOException {
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      assertThat(proxy.said("GET /v1/" + "a".repeat(40_000))).startsWith("HTTP/1.1 431 ");
      assertThat(proxy.said(proxy.request("GET /v1/a", "X: " + "a".repeat(40_000))))
          .startsWith("HTTP/1.1 431 ");
      String[] many = new String[200];
      java.util.Arrays.fill(many, "X: y");
      assertThat(proxy.said(proxy.request("GET /v1/a", many))).startsWith("HTTP/1.1 431 ");
      assertThat(proxy.upstream.connections).isEmpty();
    }
  }

  @Test
  void connectionsPastTheLimitAreClosedAtOnce() throws IOException {
    List<Socket> flood = new ArrayList<>();
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      for (int i = 0; i < 8; i++) {
        Socket socket = proxy.connect();
        flood.add(socket);
        socket.getOutputStream().write('G');
      }
      assertThat(proxy.said("")).isEmpty();
      assertThat(proxy.count("turned.away", "reason", "connections")).isEqualTo(1);
    } finally {
      for (Socket socket : flood) {
        socket.close();
      }
    }
  }

  private static long ownUid() throws IOException {
    return Integer.toUnsignedLong((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
  }

  @ParameterizedTest
  @CsvSource({"own, true", "nobody, false", "another, false"})
  void aUnixSocketKnowsItsCallersByTheKernelsWord(String who, boolean served) throws Exception {
    Path socket = folder.resolve("proxy.sock");
    Callers allow =
        switch (who) {
          case "own" -> null;
          case "nobody" -> new Callers(Set.of(), Set.of());
          default -> new Callers(Set.of(ownUid() + 1), Set.of());
        };
    ProxyFixture local =
        new ProxyFixture(
            new RawUpstream(),
            plan ->
                new ProxyPlan(
                    "ledger",
                    plan.mode(),
                    new ProxyPlan.Entry.Socket(socket, allow),
                    plan.hosts(),
                    null,
                    false,
                    plan.limits(),
                    plan.routes()),
            folder);
    try (ProxyFixture proxy = local;
        SocketChannel caller = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      caller.connect(UnixDomainSocketAddress.of(socket));
      StringBuilder said = new StringBuilder();
      try {
        caller.write(
            ByteBuffer.wrap(
                "GET /v1/a HTTP/1.1\r\nHost: ledger\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII)));
        ByteBuffer part = ByteBuffer.allocate(4096);
        while (caller.read(part.clear()) >= 0) {
          said.append(StandardCharsets.US_ASCII.decode(part.flip()));
        }
      } catch (IOException closed) {
        assertThat(served).isFalse();
      }
      assertThat(said.toString().startsWith("HTTP/1.1 200 ")).isEqualTo(served);
      assertThat(proxy.upstream.requests).hasSize(served ? 1 : 0);
    }
  }

  @Test
  void aCallerThatGoesAwayTakesItsUpstreamWithIt() throws Exception {
    java.util.concurrent.CountDownLatch asked = new java.util.concurrent.CountDownLatch(1);
    java.util.concurrent.CountDownLatch ended = new java.util.concurrent.CountDownLatch(1);
    try (ProxyFixture proxy = ProxyFixture.reverse(folder)) {
      proxy.upstream.answers =
          (request, socket) -> {
            asked.countDown();
            if (socket.getInputStream().read() < 0) {
              ended.countDown();
            }
            return false;
          };
      try (Socket socket = proxy.connect()) {
        socket
            .getOutputStream()
            .write(proxy.request("GET /v1/a").getBytes(StandardCharsets.US_ASCII));
        assertThat(asked.await(10, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      }
      assertThat(ended.await(10, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void stoppingLetsWhatIsUnderWayEnd() throws Exception {
    java.util.concurrent.CountDownLatch asked = new java.util.concurrent.CountDownLatch(1);
    java.util.concurrent.CountDownLatch go = new java.util.concurrent.CountDownLatch(1);
    try (ProxyFixture proxy = ProxyFixture.reverse(folder);
        Socket socket = proxy.connect()) {
      proxy.upstream.answers =
          (request, upstream) -> {
            asked.countDown();
            try {
              return go.await(10, java.util.concurrent.TimeUnit.SECONDS)
                  && RawUpstream.say(upstream, RawUpstream.ok("late"));
            } catch (InterruptedException e) {
              return false;
            }
          };
      socket
          .getOutputStream()
          .write(proxy.request("GET /v1/a").getBytes(StandardCharsets.US_ASCII));
      assertThat(asked.await(10, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      Thread stopping = Thread.ofVirtual().start(() -> proxy.delivery.stop(Duration.ofSeconds(10)));
      go.countDown();
      assertThat(ProxyFixture.heard(socket)).endsWith("late");
      stopping.join();
    }
  }
}

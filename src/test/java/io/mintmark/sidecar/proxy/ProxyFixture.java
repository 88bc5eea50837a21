package io.mintmark.sidecar.proxy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mintmark.sidecar.Threads;
import io.mintmark.sidecar.delivery.Surroundings;
import io.mintmark.sidecar.files.StartSecret;
import io.mintmark.sidecar.held.Credentials;
import io.mintmark.sidecar.held.Trust;
import io.mintmark.sidecar.plan.ListenAddress;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A proxy on the loopback before a server that a test scripts. */
final class ProxyFixture implements AutoCloseable {
  static final TrustDomain DOMAIN = new TrustDomain("prod.example.org");

  /** For tests all is the other way round: any port, and no address but our own. */
  private static final Connector.Permitted LOOPBACK =
      new Connector.Permitted() {
        @Override
        public boolean permits(int port) {
          return port != 22;
        }

        @Override
        public boolean permits(InetAddress address) {
          return address.isLoopbackAddress();
        }
      };

  final RawUpstream upstream;
  final FakeCredentials credentials = new FakeCredentials();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final ProxyPlan plan;
  final ProxyDelivery delivery;
  private final Threads threads = Threads.start(InstantSource.system());

  ProxyFixture(RawUpstream upstream, UnaryOperator<ProxyPlan> change, Path folder)
      throws IOException {
    this.upstream = upstream;
    plan = change.apply(reverse(upstream.port(), upstream.authorityIn(folder)));
    delivery = opened(plan);
    try {
      delivery.start();
    } catch (IOException failed) {
      close();
      throw failed;
    }
  }

  /** Another proxy beside this one, not yet begun. */
  ProxyDelivery opened(ProxyPlan other) {
    return new ProxyDelivery(
        other,
        new Surroundings(
            credentials,
            trust(upstream),
            threads.clock(),
            threads.network(),
            threads.timer(),
            threads.workers(),
            meters),
        LOOPBACK);
  }

  /** The same at another place, with another secret. */
  static ProxyPlan placed(
      ProxyPlan plan, ProxyPlan.Entry entry, ProxyPlan.@Nullable SecretPlan secret) {
    return new ProxyPlan(
        plan.label(),
        plan.mode(),
        entry,
        plan.hosts(),
        secret,
        plan.tunnels(),
        plan.limits(),
        plan.routes());
  }

  static ProxyPlan.SecretPlan secret(Path file) {
    return new ProxyPlan.SecretPlan(
        "x-mintmark-proxy-secret", new StartSecret.Place(file, null, false));
  }

  static ProxyFixture reverse(Path folder) throws IOException {
    return new ProxyFixture(new RawUpstream(), plan -> plan, folder);
  }

  static ProxyFixture forward(Path folder) throws IOException {
    return new ProxyFixture(new RawUpstream(), plan -> forwarding(plan, false), folder);
  }

  static ProxyPlan reverse(int port, Path authorities) {
    return new ProxyPlan(
        "ledger",
        ProxyPlan.Mode.REVERSE,
        new ProxyPlan.Entry.Port(new ListenAddress("127.0.0.1", 0)),
        Set.of("ledger.local"),
        null,
        false,
        new ProxyPlan.Limits(
            8,
            8,
            4,
            Duration.ofMinutes(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(20)),
        List.of(
            route(
                Set.of(),
                null,
                "/v1",
                new Route.Origin(
                    "localhost", port, new Route.Trusted.Authorities(authorities), null))));
  }

  static Route route(Set<String> hosts, @Nullable Integer port, String path, Route.Origin origin) {
    return new Route(
        "api",
        hosts,
        port,
        path,
        Set.of(),
        origin,
        FakeCredentials.WANTED,
        new Route.Injection("authorization", "Bearer "));
  }

  static ProxyPlan forwarding(ProxyPlan plan, boolean tunnels) {
    return new ProxyPlan(
        plan.label(),
        ProxyPlan.Mode.FORWARD,
        plan.entry(),
        Set.of(),
        null,
        tunnels,
        plan.limits(),
        List.of(
            route(Set.of("ledger.example.org"), 80, "/v1", plan.routes().getFirst().upstream())));
  }

  static ProxyPlan limited(ProxyPlan plan, ProxyPlan.Limits limits) {
    return new ProxyPlan(
        plan.label(),
        plan.mode(),
        plan.entry(),
        plan.hosts(),
        plan.secret(),
        plan.tunnels(),
        limits,
        plan.routes());
  }

  /** Another limit for how long a head, an answer, and a pause in either body may take. */
  static ProxyPlan hurried(ProxyPlan plan, Duration head, Duration response, Duration idle) {
    ProxyPlan.Limits old = plan.limits();
    return limited(
        plan,
        new ProxyPlan.Limits(
            old.connections(),
            old.perUser(),
            old.upstreamConnections(),
            old.life(),
            head,
            old.connect(),
            response,
            idle));
  }

  private static Trust trust(RawUpstream upstream) {
    return new Trust() {
      @Override
      public Map<TrustDomain, Bundle> bundles() {
        return Map.of(
            DOMAIN, new Bundle(DOMAIN, List.of(upstream.authority()), List.of(), null, null));
      }

      @Override
      public Credentials.Watch watch(Consumer<Map<TrustDomain, Bundle>> listener) {
        return () -> {};
      }
    };
  }

  int port() {
    return delivery.port();
  }

  /** A connection to the proxy, for bytes of any kind. */
  Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
    socket.setSoTimeout(4_000);
    return socket;
  }

  /** Sends bytes and reads until the proxy closes; the bytes should ask it to. */
  String said(String bytes) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      return heard(socket);
    }
  }

  /** What comes until the connection ends, in whatever way. */
  static String heard(Socket socket) throws IOException {
    java.io.ByteArrayOutputStream heard = new java.io.ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(heard);
    } catch (java.net.SocketException reset) {
      // that is an end too
    }
    return heard.toString(StandardCharsets.ISO_8859_1);
  }

  /** A whole request in origin form that closes the connection after it. */
  String request(String line, String... fields) {
    StringBuilder request =
        new StringBuilder(line + " HTTP/1.1\r\nHost: localhost:" + port() + "\r\n");
    for (String field : fields) {
      request.append(field).append("\r\n");
    }
    return request.append("Connection: close\r\n\r\n").toString();
  }

  /** What the proxy may still keep, asked for on its event loop. */
  int left() {
    return threads
        .network()
        .next()
        .submit(() -> delivery.budget().left())
        .syncUninterruptibly()
        .getNow();
  }

  double count(String meter, String... tags) {
    var counter = meters.find("mintmark.sidecar.proxy." + meter).tags(tags).counter();
    return counter == null ? 0 : counter.count();
  }

  @Override
  public void close() throws IOException {
    delivery.stop(Duration.ofMillis(200));
    threads.close();
    upstream.close();
  }
}

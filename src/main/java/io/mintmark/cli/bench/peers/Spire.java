package io.mintmark.cli.bench.peers;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.mintmark.cli.bench.load.CertificateRequests;
import io.mintmark.cli.bench.load.Credentials;
import io.mintmark.cli.bench.load.Proofs;
import io.mintmark.cli.bench.load.Usage;
import io.mintmark.cli.bench.load.What;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A SPIRE server, which mints for whoever may open its admin socket. */
public final class Spire implements Peer {
  private static final String SVID = "spire.api.server.svid.v1.SVID";
  private static final String BUNDLE = "spire.api.server.bundle.v1.Bundle";
  private static final String AUDIENCE = "https://bench.example.org";
  private static final int ANSWER_SECONDS = 10;

  private final Path socket;
  private final String trustDomain;
  private final Scripts.@Nullable Started started;

  private Spire(Path socket, String trustDomain, Scripts.@Nullable Started started) {
    this.socket = socket;
    this.trustDomain = trustDomain;
    this.started = started;
  }

  /** One of its own, without the limits that it has for the calls of one address. */
  public static Spire start(Scripts scripts) throws IOException, InterruptedException {
    Scripts.Started started = scripts.start(PeerName.SPIRE, Map.of("SPIRE_RATE_LIMITS", "off"));
    try {
      Path socket = Path.of(started.value("SPIRE_SERVER_SOCKET"));
      return new Spire(socket, trustDomain(socket), started);
    } catch (IOException | RuntimeException failed) {
      started.close();
      throw failed;
    }
  }

  /** One that runs already. */
  public static Spire at(Path socket) throws IOException {
    return new Spire(socket, trustDomain(socket), null);
  }

  private static String trustDomain(Path socket) throws IOException {
    if (!Epoll.isAvailable()) {
      throw new IOException("spire is asked over a Unix socket, which this driver opens on Linux");
    }
    EventLoopGroup group = new EpollEventLoopGroup(1);
    ManagedChannel channel = SpireCaller.channel(group.next(), socket);
    try {
      byte[] bundle =
          ClientCalls.blockingUnaryCall(
              channel,
              SpireCaller.method(BUNDLE, "GetBundle"),
              CallOptions.DEFAULT.withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS),
              new byte[0]);
      return new String(WireMessage.field(bundle, 1), StandardCharsets.UTF_8);
    } catch (StatusRuntimeException failed) {
      throw new IOException(
          "spire does not answer at \"%s\": %s".formatted(socket, failed.getStatus().getCode()),
          failed);
    } finally {
      channel.shutdownNow();
      var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  @Override
  public String setUp() {
    return "gRPC over its admin socket, "
        + (started == null
            ? "store and rate limits as it has them"
            : "SQLite, ES256, its rate limits off");
  }

  @Override
  public List<Operation> operations() throws IOException {
    List<byte[]> tokens = new ArrayList<>();
    for (int i = 0; i < Proofs.WORKLOADS; i++) {
      byte[] id = new WireMessage().with(1, trustDomain).with(2, Proofs.PATH + i).bytes();
      tokens.add(new WireMessage().with(1, id).with(2, AUDIENCE).bytes());
    }
    List<byte[]> certificates =
        CertificateRequests.named(trustDomain, CertificateRequests.MOST).stream()
            .map(csr -> new WireMessage().with(1, csr).bytes())
            .toList();
    return List.of(
        operation(What.TOKEN, "MintJWTSVID", tokens),
        operation(What.CERTIFICATE, "MintX509SVID", certificates));
  }

  private Operation operation(What what, String method, List<byte[]> messages) {
    SpireCaller.Requests requests =
        new SpireCaller.Requests(SpireCaller.method(SVID, method), messages, new Credentials(what));
    return new Operation(
        what,
        method,
        Duration.ZERO,
        () -> new EpollEventLoopGroup(1),
        loop -> new SpireCaller(loop, socket, requests));
  }

  @Override
  public @Nullable Usage usage() {
    return started == null ? null : started.usage("SPIRE_SERVER_PID");
  }

  @Override
  public void close() {
    if (started != null) {
      started.close();
    }
  }
}

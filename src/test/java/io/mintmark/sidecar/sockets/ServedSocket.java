package io.mintmark.sidecar.sockets;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mintmark.jose.Crypto;
import io.mintmark.jose.Jwk;
import io.mintmark.jose.Jws;
import io.mintmark.sidecar.delivery.Delivery;
import io.mintmark.sidecar.delivery.Surroundings;
import io.mintmark.sidecar.held.Credentials.State;
import io.mintmark.sidecar.held.Held;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.sockets.extauthz.Route;
import io.mintmark.sidecar.unix.Callers;
import io.mintmark.sidecar.unix.ConnectionLimits;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.Pki;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** A socket that serves everything, with what it needs and what tests call it by. */
final class ServedSocket implements AutoCloseable {
  static final TrustDomain DOMAIN = new TrustDomain("prod.example.org");
  static final TrustDomain OTHER = new TrustDomain("other.example.org");
  static final String ID = "spiffe://prod.example.org/orders";
  static final Wanted.X509Svid IDENTITY = new Wanted.X509Svid(Wanted.KeyKind.EC_P256, null);
  static final Wanted.AccessToken TOKEN =
      new Wanted.AccessToken("https://ledger.example.org", Set.of(), null);

  final HeldState held = new HeldState();
  final Pki.Issued authority = authority("spiffe://prod.example.org");
  final Pki.Issued foreign = authority("spiffe://other.example.org");
  final KeyPair tokenKeys = Crypto.generate(SignatureAlgorithm.ES256);
  final EpollEventLoopGroup network = new EpollEventLoopGroup(1);
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Path path;
  volatile Instant now = Pki.NOW;

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<Delivery> deliveries = new ArrayList<>();

  ServedSocket(Path folder) {
    path = folder.resolve("s.sock");
    held.trust(bundle(), bundle(OTHER, foreign));
  }

  static long ownUid() throws IOException {
    return Integer.toUnsignedLong((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
  }

  SocketPlan plan(@Nullable Callers callers, Route... routes) {
    return new SocketPlan(
        path,
        PosixFilePermissions.fromString("rw-rw----"),
        callers,
        ConnectionLimits.DEFAULT,
        new SocketPlan.WorkloadApiPlan(IDENTITY, "internal"),
        IDENTITY,
        List.of(routes));
  }

  Delivery serve(SocketPlan plan) throws IOException {
    Delivery delivery =
        plan.open(new Surroundings(held, held, () -> now, network, timer, timer, meters));
    delivery.start();
    deliveries.add(delivery);
    return delivery;
  }

  /** A connection of its own. */
  ManagedChannel connect() {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(new DomainSocketAddress(path.toString()))
            .eventLoopGroup(network)
            .channelType(EpollDomainSocketChannel.class)
            .usePlaintext()
            .overrideAuthority("localhost")
            .flowControlWindow(65_535)
            .withOption(ChannelOption.SO_KEEPALIVE, null)
            .build();
    channels.add(channel);
    return channel;
  }

  static <S extends AbstractStub<S>> S withHeader(S stub) {
    Metadata header = new Metadata();
    header.put(Metadata.Key.of("workload.spiffe.io", Metadata.ASCII_STRING_MARSHALLER), "true");
    return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(header));
  }

  /** A new certificate is held, for an hour. */
  Held.Certificate renew() {
    Pki.Issued leaf =
        Pki.leaf(ID).valid(now.minusSeconds(30), now.plus(Duration.ofHours(1))).by(authority);
    Held.Certificate certificate =
        new Held.Certificate(
            WorkloadId.parse(ID),
            List.of(leaf.certificate()),
            leaf.keys().getPrivate(),
            now,
            now.plus(Duration.ofHours(1)),
            "d1");
    held.become(IDENTITY, new State.Ready(certificate));
    return certificate;
  }

  Bundle bundle() {
    return bundle(DOMAIN, authority);
  }

  Bundle bundle(TrustDomain domain, Pki.Issued... authorities) {
    return new Bundle(
        domain,
        java.util.Arrays.stream(authorities).map(Pki.Issued::certificate).toList(),
        List.of(new Jwk("k1", "jwt-svid", SignatureAlgorithm.ES256, tokenKeys.getPublic(), null)),
        null,
        null);
  }

  Held.Token token(String value) {
    return new Held.Token(
        WorkloadId.parse(ID), value, Set.of(), now, now.plus(Duration.ofMinutes(5)), "d2");
  }

  /** A JWT-SVID as the broker strikes it. */
  String jwtSvid(String subject, String audiences, Instant expires) {
    return Jws.sign(
        SignatureAlgorithm.ES256,
        tokenKeys.getPrivate(),
        "k1",
        "JWT",
        "{\"sub\":\"%s\",\"aud\":%s,\"exp\":%d,\"roles\":[\"a\",{\"n\":1}]}"
            .formatted(subject, audiences, expires.getEpochSecond())
            .getBytes(StandardCharsets.UTF_8));
  }

  static Pki.Issued authority(String uri) {
    return Pki.authority("CN=authority")
        .uris(uri)
        .valid(Pki.NOW.minusSeconds(60), Pki.NOW.plus(Duration.ofHours(9)))
        .selfSigned();
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    deliveries.forEach(delivery -> delivery.stop(Duration.ofSeconds(1)));
    timer.shutdownNow();
    network.shutdownGracefully();
  }
}

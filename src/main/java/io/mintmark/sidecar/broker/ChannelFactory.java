package io.mintmark.sidecar.broker;

import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.mintmark.sidecar.proof.Proof;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** Makes connections to the broker: gRPC over the JDK's TLS. */
final class ChannelFactory {
  private static final int MAX_ANSWER = 1 << 20;
  private static final int MAX_METADATA = 16 * 1024;
  private static final int HTTPS = 443;

  private final EventLoopGroup network;
  private final Executor calls;

  ChannelFactory(EventLoopGroup network, Executor calls) {
    this.network = network;
    this.calls = calls;
  }

  /**
   * A connection that is opened when it is first used.
   *
   * @param trust null for the system's authorities
   * @param identity the client certificate to show; null for none
   */
  ManagedChannel open(
      URI address, @Nullable TrustManager trust, Proof.@Nullable X509Svid identity) {
    int port = address.getPort() < 0 ? HTTPS : address.getPort();
    return NettyChannelBuilder.forAddress(address.getHost(), port)
        .eventLoopGroup(network)
        .channelType(
            network instanceof EpollEventLoopGroup
                ? EpollSocketChannel.class
                : NioSocketChannel.class)
        .sslContext(tls(trust, identity))
        .executor(calls)
        .offloadExecutor(calls)
        .maxInboundMessageSize(MAX_ANSWER)
        .maxInboundMetadataSize(MAX_METADATA)
        .keepAliveTime(1, TimeUnit.MINUTES)
        .keepAliveTimeout(10, TimeUnit.SECONDS)
        .build();
  }

  private static SslContext tls(@Nullable TrustManager trust, Proof.@Nullable X509Svid identity) {
    SslContextBuilder builder = SslContextBuilder.forClient().protocols("TLSv1.3", "TLSv1.2");
    if (trust != null) {
      builder.trustManager(trust);
    }
    if (identity != null) {
      builder.keyManager(identity.key(), identity.chain().toArray(X509Certificate[]::new));
    }
    try {
      return GrpcSslContexts.configure(builder, SslProvider.JDK).build();
    } catch (SSLException unusable) {
      throw new IllegalStateException("the JDK's TLS cannot be set up", unusable);
    }
  }
}

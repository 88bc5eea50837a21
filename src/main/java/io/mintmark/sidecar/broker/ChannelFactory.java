package io.mintmark.sidecar.broker;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.mintmark.sidecar.proof.Proof;
import io.mintmark.sidecar.tls.ClientTls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** Makes connections to the broker: gRPC over TLS. */
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
    SslContext tls = tls(trust, identity);
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(address.getHost(), port)
            .eventLoopGroup(network)
            .channelType(
                network instanceof EpollEventLoopGroup
                    ? EpollSocketChannel.class
                    : NioSocketChannel.class)
            .sslContext(tls)
            .executor(calls)
            .offloadExecutor(calls)
            .maxInboundMessageSize(MAX_ANSWER)
            .maxInboundMetadataSize(MAX_METADATA)
            .keepAliveTime(1, TimeUnit.MINUTES)
            .keepAliveTimeout(10, TimeUnit.SECONDS)
            .build();
    releaseAtEnd(tls, channel);
    return channel;
  }

  /** A channel that was shut down makes no connection any more. */
  private static void releaseAtEnd(SslContext tls, ManagedChannel channel) {
    ConnectivityState state = channel.getState(false);
    if (state == ConnectivityState.SHUTDOWN) {
      ClientTls.release(tls);
    } else {
      channel.notifyWhenStateChanged(state, () -> releaseAtEnd(tls, channel));
    }
  }

  private static SslContext tls(@Nullable TrustManager trust, Proof.@Nullable X509Svid identity) {
    SslContextBuilder builder = ClientTls.builder();
    if (trust != null) {
      builder.trustManager(trust);
    }
    if (identity != null) {
      builder.keyManager(identity.key(), identity.chain().toArray(X509Certificate[]::new));
    }
    try {
      return ClientTls.built(GrpcSslContexts.configure(builder, ClientTls.provider()));
    } catch (SSLException unusable) {
      throw new IllegalStateException("TLS cannot be set up", unusable);
    }
  }
}

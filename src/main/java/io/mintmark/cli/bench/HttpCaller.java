package io.mintmark.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Asks over HTTP/1.1. The requests' bytes are put together beforehand; what remains for the clock
 * is to write them and to read the answers.
 */
final class HttpCaller implements Caller {
  private static final int LONGEST_ANSWER = 256 * 1024;
  private static final int REQUEST_BYTES = 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Bootstrap bootstrap;
  private final Questions questions;

  /** Whether each request has a connection of its own. */
  private final boolean anew;

  private @Nullable Channel channel;
  private @Nullable Ended waiting;

  HttpCaller(
      EventLoop loop, URI broker, @Nullable SslContext tls, Questions questions, boolean anew) {
    this.questions = questions;
    this.anew = anew;
    this.bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 10_000)
            .remoteAddress(broker.getHost(), broker.getPort())
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel opened) {
                    if (tls != null) {
                      opened
                          .pipeline()
                          .addLast(tls.newHandler(opened.alloc(), "localhost", broker.getPort()));
                    }
                    opened
                        .pipeline()
                        .addLast(
                            new HttpResponseDecoder(),
                            new HttpObjectAggregator(LONGEST_ANSWER),
                            new Answers());
                  }
                });
  }

  @Override
  public void ask(Ended ended) {
    waiting = ended;
    Channel open = channel;
    if (open != null && open.isActive()) {
      write(open);
      return;
    }
    ChannelFuture connecting = bootstrap.connect();
    channel = connecting.channel();
    connecting.addListener(
        done -> {
          if (done.isSuccess()) {
            write(connecting.channel());
          } else {
            ended("no connection: " + done.cause().getMessage());
          }
        });
  }

  private void write(Channel open) {
    ByteBuf request = open.alloc().buffer(REQUEST_BYTES);
    questions.writeNext(request);
    open.writeAndFlush(request)
        .addListener(
            done -> {
              if (!done.isSuccess()) {
                ended("connection ended: " + done.cause().getMessage());
              }
            });
  }

  @Override
  public void close() {
    if (channel != null) {
      var _ = channel.close();
    }
  }

  private void ended(@Nullable String failure) {
    Ended told = waiting;
    if (told == null) {
      return;
    }
    waiting = null;
    if (anew || failure != null) {
      close();
      channel = null;
    }
    told.with(failure);
  }

  private final class Answers extends SimpleChannelInboundHandler<FullHttpResponse> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpResponse answer) {
      int status = answer.status().code();
      boolean last = "close".equalsIgnoreCase(answer.headers().get(HttpHeaderNames.CONNECTION));
      String failure = status == 200 ? null : status + reason(answer.content());
      if (last && failure == null) {
        var _ = context.close();
      }
      ended(failure);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      if (context.channel() == channel) {
        ended("the connection was closed");
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      ended("connection ended: " + cause.getMessage());
      var _ = context.close();
    }
  }

  private static String reason(ByteBuf body) {
    try {
      return " " + JSON.readTree(new ByteBufInputStream(body)).path("reason").asText();
    } catch (IOException unreadable) {
      return "";
    }
  }
}

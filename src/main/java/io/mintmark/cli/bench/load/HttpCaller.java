package io.mintmark.cli.bench.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks over HTTP/1.1. The requests' bytes are put together beforehand; what remains for the clock
 * is to write them and to read the answers.
 */
public final class HttpCaller implements Caller {
  private static final int LONGEST_ANSWER = 256 * 1024;
  private static final int LONGEST_REASON = 60;
  private static final int REQUEST_BYTES = 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Bootstrap bootstrap;
  private final HttpOperation operation;

  private final boolean anew;

  private @Nullable Channel channel;
  private @Nullable Ended waiting;

  /** Answers that the operation under way has had. */
  private int step;

  /**
   * @param tls null for plain HTTP
   * @param anew whether each operation has a connection, and a full handshake, of its own
   */
  public HttpCaller(
      EventLoop loop, URI asked, @Nullable SslContext tls, HttpOperation operation, boolean anew) {
    this.operation = operation;
    this.anew = anew;
    this.bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 10_000)
            .remoteAddress(asked.getHost(), asked.getPort())
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel opened) {
                    if (tls != null) {
                      // without the name of a peer there is no session to resume
                      opened.pipeline().addLast(tls.newHandler(opened.alloc()));
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
    step = 0;
    Channel open = channel;
    if (open != null && open.isActive()) {
      begin(open);
      return;
    }
    ChannelFuture connecting = bootstrap.connect();
    channel = connecting.channel();
    connecting.addListener(
        done -> {
          if (done.isSuccess()) {
            begin(connecting.channel());
          } else {
            ended("no connection: " + done.cause().getMessage());
          }
        });
  }

  private void begin(Channel open) {
    ByteBuf request = open.alloc().buffer(REQUEST_BYTES);
    operation.begin(request);
    write(open, request);
  }

  private void write(Channel open, ByteBuf request) {
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

  private void ended(String failure) {
    answered(failure, true);
  }

  /** A refusal is an answer too, after which the connection goes on. */
  private void answered(@Nullable String failure, boolean last) {
    Ended told = waiting;
    if (told == null) {
      return;
    }
    waiting = null;
    if (last || anew) {
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
      if (status != 200) {
        answered(status + reason(answer.content()), last);
        return;
      }
      switch (operation.after(step++, answer.content())) {
        case HttpOperation.Over over -> answered(over.failure(), last);
        case HttpOperation.Ask more ->
            write(context.channel(), Unpooled.wrappedBuffer(more.request()));
      }
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

  /** What is said of a refusal: by the broker, by an OAuth server, by OpenBao. */
  private static String reason(ByteBuf body) {
    try {
      JsonNode json = JSON.readTree(new ByteBufInputStream(body));
      String said =
          Stream.of(json.path("reason"), json.path("error"), json.at("/errors/0"))
              .map(JsonNode::asText)
              .filter(text -> !text.isEmpty())
              .findFirst()
              .orElse("");
      String printable = said.replaceAll("[^ -~]+", " ");
      return " " + printable.substring(0, Math.min(LONGEST_REASON, printable.length()));
    } catch (IOException unreadable) {
      return "";
    }
  }
}

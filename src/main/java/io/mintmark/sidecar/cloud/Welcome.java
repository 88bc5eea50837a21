package io.mintmark.sidecar.cloud;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Takes the callers of an endpoint: so many at a time, one request each, within a time limit. */
@ChannelHandler.Sharable
@SuppressWarnings("FutureReturnValueIgnored") // what cannot be written shows when it closes
final class Welcome extends ChannelInitializer<Channel> {
  private static final int MAX_CALLERS = 64;
  private static final int MAX_LINE = 1024;
  private static final int MAX_HEAD = 8 * 1024;

  private final ChannelGroup callers;
  private final Duration limit;
  private volatile @Nullable Answering answering;

  private record Answering(
      Gatekeeper gate, RoleSession session, RoleArn role, MeterRegistry meters) {}

  /**
   * @param limit from the connection's first moment to its last
   */
  Welcome(ChannelGroup callers, Duration limit) {
    this.callers = callers;
    this.limit = limit;
  }

  /** Until this is called nobody is answered: the port is known only when it is bound. */
  void open(Gatekeeper gate, RoleSession session, RoleArn role, MeterRegistry meters) {
    answering = new Answering(gate, session, role, meters);
  }

  @Override
  protected void initChannel(Channel channel) {
    Answering open = answering;
    if (open == null || callers.size() >= MAX_CALLERS) {
      channel.close();
      return;
    }
    callers.add(channel);
    var late =
        channel
            .eventLoop()
            .schedule(() -> channel.close(), limit.toMillis(), TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(closed -> late.cancel(false));
    channel
        .pipeline()
        .addLast(new HttpServerCodec(MAX_LINE, MAX_HEAD, MAX_HEAD), new OneRequest(open));
  }

  /** Answers the first request and closes. */
  private static final class OneRequest extends SimpleChannelInboundHandler<HttpObject> {
    private final Answering open;
    private boolean answered;

    OneRequest(Answering open) {
      this.open = open;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
      if (part instanceof HttpRequest request && !answered) {
        answered = true;
        context.writeAndFlush(answer(request)).addListener(ChannelFutureListener.CLOSE);
      }
    }

    private FullHttpResponse answer(HttpRequest request) {
      Gatekeeper.Refusal refusal = open.gate().refusal(request);
      if (refusal != null) {
        return error(HttpResponseStatus.valueOf(refusal.status), refusal.code(), refusal.message);
      }
      return switch (open.session().current()) {
        case RoleSession.State.Ready(RoleKeys keys) -> {
          count("Answered");
          yield response(HttpResponseStatus.OK, SdkJson.credentials(keys, open.role()));
        }
        case RoleSession.State.Pending _ ->
            error(
                HttpResponseStatus.SERVICE_UNAVAILABLE,
                "CredentialsPending",
                "the credentials are on their way");
        case RoleSession.State.Unavailable(String reason, String message) ->
            error(
                HttpResponseStatus.SERVICE_UNAVAILABLE,
                "CredentialsUnavailable",
                reason + ": " + message);
      };
    }

    private FullHttpResponse error(HttpResponseStatus status, String code, String message) {
      count(code);
      return response(status, SdkJson.error(code, message));
    }

    private void count(String outcome) {
      open.meters()
          .counter("mintmark.sidecar.aws.requests", "role", open.role().name(), "outcome", outcome)
          .increment();
    }

    private static FullHttpResponse response(HttpResponseStatus status, String json) {
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      FullHttpResponse response =
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(bytes));
      response
          .headers()
          .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
          .set(HttpHeaderNames.CONTENT_LENGTH, bytes.length)
          .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
          .set(HttpHeaderNames.CONNECTION, "close");
      return response;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }
}

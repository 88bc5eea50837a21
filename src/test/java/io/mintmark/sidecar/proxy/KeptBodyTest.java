package io.mintmark.sidecar.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Stream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Attacks by bodies in very many parts, which cost the proxy far more than the caller. */
@Timeout(120)
class KeptBodyTest {
  @TempDir Path folder;

  @Test
  void aBodyInPartsOfOneByteIsKeptInOneAndHoldsNothingThatWasRead() {
    Budget budget = new Budget();
    Replay replay = new Replay(budget);
    ByteBuf read =
        Unpooled.buffer().writeBytes("abc".repeat(20_000).getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < 60_000; i++) {
      HttpContent part = new DefaultHttpContent(read.readRetainedSlice(1));
      replay.add(part);
      part.release();
    }
    replay.add(LastHttpContent.EMPTY_LAST_CONTENT);
    assertThat(read.refCnt()).isEqualTo(1);
    assertThat(replay.again())
        .singleElement()
        .satisfies(
            whole ->
                assertThat(whole.content().toString(StandardCharsets.US_ASCII))
                    .isEqualTo("abc".repeat(20_000)));
    assertThat(budget.left()).isGreaterThanOrEqualTo(Budget.BYTES - 65_536);
    replay.drop();
    replay.drop();
    assertThat(budget.left()).isEqualTo(Budget.BYTES);
  }

  @Test
  void allBodiesTogetherHaveOneBudget() {
    Budget budget = new Budget();
    int kept = 0;
    for (int i = 0; i < 1000; i++) {
      Replay replay = new Replay(budget);
      replay.add(new DefaultLastHttpContent(Unpooled.wrappedBuffer(new byte[60_000])));
      kept += replay.whole() ? 1 : 0;
    }
    assertThat(kept).isEqualTo(Budget.BYTES / 60_000);
    assertThat(budget.left()).isBetween(0, 60_000);
  }

  @Test
  void trailersAreKeptWithTheBody() {
    Replay replay = new Replay(new Budget());
    DefaultLastHttpContent end =
        new DefaultLastHttpContent(Unpooled.copiedBuffer("abc", StandardCharsets.US_ASCII));
    end.trailingHeaders().set("x-sum", "1");
    replay.add(end);
    assertThat(((LastHttpContent) replay.again().getFirst()).trailingHeaders().get("x-sum"))
        .isEqualTo("1");
  }

  @Test
  void chunksOfOneByteThatAreReadAtOnceAreFewParts() {
    EmbeddedChannel channel = new EmbeddedChannel(new RequestDecoder(), new Gathering());
    String head = "POST /v1/a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    channel.writeInbound(
        Unpooled.copiedBuffer(
            head + "1\r\na\r\n".repeat(10_000) + "0\r\n\r\n", StandardCharsets.US_ASCII));
    assertThat(channel.inboundMessages()).hasSizeLessThan(10);
    channel.readInbound();
    StringBuilder body = new StringBuilder();
    while (channel.readInbound() instanceof HttpContent part) {
      body.append(part.content().toString(StandardCharsets.US_ASCII));
      part.release();
    }
    assertThat(body).hasToString("a".repeat(10_000));
  }

  @Test
  void framesThatWaitForTheirStreamsAreCountedNotOnlyTheirBytes() {
    Budget budget = new Budget();
    EmbeddedChannel connection = new EmbeddedChannel();
    Pace pace = new Pace(connection, budget);
    connection.pipeline().addLast(pace);
    EmbeddedChannel stream = new EmbeddedChannel();
    pace.opened(1, stream);
    for (int i = 0; i < Pace.MAX_PARTS; i++) {
      connection.writeInbound(empty());
    }
    assertThat(connection.config().isAutoRead()).isFalse();
    stream.writeInbound(empty());
    assertThat(connection.config().isAutoRead()).isTrue();
    stream.close();
    assertThat(budget.left()).isEqualTo(Budget.BYTES);
  }

  @Test
  void aConnectionThatTheBudgetHasNoRoomForEnds() {
    Budget budget = new Budget();
    budget.take(Budget.BYTES);
    EmbeddedChannel connection = new EmbeddedChannel();
    Pace pace = new Pace(connection, budget);
    connection.pipeline().addLast(pace);
    pace.opened(1, new EmbeddedChannel());
    connection.writeInbound(empty());
    assertThat(connection.isOpen()).isFalse();
  }

  private static DefaultHttp2DataFrame empty() {
    return new DefaultHttp2DataFrame(Unpooled.EMPTY_BUFFER)
        .stream(
            new Http2FrameStream() {
              @Override
              public int id() {
                return 1;
              }

              @Override
              public Http2Stream.State state() {
                return Http2Stream.State.OPEN;
              }
            });
  }

  /** A stream of hours would hold its first 64 KiB as long. */
  @Test
  void nothingIsKeptOnceTheAnswerBegins() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Duration patient = Duration.ofSeconds(50);
    try (ProxyFixture proxy =
            new ProxyFixture(
                new RawUpstream(),
                plan ->
                    ProxyFixture.limited(
                        plan,
                        new ProxyPlan.Limits(8, 8, 4, patient, patient, patient, patient, patient)),
                folder);
        Socket socket = proxy.connect()) {
      socket.setSoTimeout(50_000);
      proxy.upstream.answers =
          (request, upstream) -> {
            asked.countDown();
            try {
              return go.await(45, TimeUnit.SECONDS)
                  && RawUpstream.say(upstream, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbegun");
            } catch (InterruptedException stop) {
              return false;
            }
          };
      socket
          .getOutputStream()
          .write(
              (proxy.request("POST /v1/a", "Content-Length: 20000") + "a".repeat(20_000))
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(asked.await(45, TimeUnit.SECONDS)).isTrue();
      assertThat(proxy.left()).isLessThan(Budget.BYTES);
      go.countDown();
      while (socket.getInputStream().read() != 'g') {
        // the last of its head and of "beg"
      }
      long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (proxy.left() < Budget.BYTES && System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      assertThat(proxy.left()).isEqualTo(Budget.BYTES);
    }
  }
}

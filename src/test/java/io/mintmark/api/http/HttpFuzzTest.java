package io.mintmark.api.http;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mintmark.api.Networks;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerOptions;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/** HTTP/1 as the door reads it: the same requests wherever the network cuts the bytes in two. */
class HttpFuzzTest {
  private static final int MOST = 16 * 1024;

  /** The first byte says where the rest is cut. */
  @FuzzTest
  void requestsAreTheSameHoweverTheyArrive(byte[] bytes) {
    if (bytes.length < 2 || bytes.length > MOST) {
      return;
    }
    byte[] all = Arrays.copyOfRange(bytes, 1, bytes.length);
    int cut = (bytes[0] & 0xff) * all.length / 256;
    String whole = read(all);
    String pieces = read(Arrays.copyOf(all, cut), Arrays.copyOfRange(all, cut, all.length));
    if (!whole.equals(pieces)) {
      throw new AssertionError("cut at " + cut + ":\n" + pieces + "\nand whole:\n" + whole);
    }
  }

  private static String read(byte[]... parts) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setMaxHeaderSize(Door.MAX_HEADERS)
            .setMaxInitialLineLength(Door.MAX_TARGET);
    Connections all =
        new Connections(new Connections.Limits(10, 10, Duration.ofMinutes(1)), Networks.NONE);
    Watch watch = new Watch(all, InetAddress.getLoopbackAddress(), null);
    EmbeddedChannel channel = new EmbeddedChannel(watch, new StrictDecoder(options, watch));
    StringBuilder told = new StringBuilder();
    for (byte[] part : parts) {
      channel.writeInbound(Unpooled.copiedBuffer(part));
      for (Object read = channel.readInbound(); read != null; read = channel.readInbound()) {
        if (read instanceof HttpRequest head) {
          boolean broken = head.decoderResult().isFailure();
          told.append("\n> ")
              .append(broken ? "broken" : head.method() + " " + head.uri() + head.headers());
        } else if (read instanceof HttpContent content) {
          told.append(content.content().toString(StandardCharsets.ISO_8859_1));
          told.append(content.decoderResult().isFailure() ? "!" : "");
        }
        ReferenceCountUtil.release(read);
      }
    }
    channel.finishAndReleaseAll();
    return told.toString();
  }
}

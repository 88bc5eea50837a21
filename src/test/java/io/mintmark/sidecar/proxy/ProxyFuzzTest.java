package io.mintmark.sidecar.proxy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.FullHttpMessage;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;

/** HTTP/1 as the proxy reads it: the same messages wherever the network cuts the bytes in two. */
class ProxyFuzzTest {
  private static final int MOST = 16 * 1024;

  /** The first byte says where the rest is cut. */
  @FuzzTest
  void requestsAreTheSameHoweverTheyArrive(byte[] bytes) {
    same(bytes, RequestDecoder::new);
  }

  /** The path that a route is chosen by has no second meaning. */
  @FuzzTest
  void aPathIsPlainOrRefused(byte[] bytes) {
    String target = new String(bytes, StandardCharsets.ISO_8859_1);
    RoutePath path = RoutePath.of(target);
    if (path != null && !path.equals(RoutePath.of(target))) {
      throw new AssertionError("two readings of \"" + target + "\"");
    }
    Authority.parse(target, 443);
  }

  private static void same(byte[] bytes, Supplier<StrictDecoder> decoder) {
    if (bytes.length < 2 || bytes.length > MOST) {
      return;
    }
    byte[] all = Arrays.copyOfRange(bytes, 1, bytes.length);
    int cut = (bytes[0] & 0xff) * all.length / 256;
    String whole = read(decoder.get(), all);
    String pieces =
        read(decoder.get(), Arrays.copyOf(all, cut), Arrays.copyOfRange(all, cut, all.length));
    if (!whole.equals(pieces)) {
      throw new AssertionError("cut at " + cut + ":\n" + pieces + "\nand whole:\n" + whole);
    }
  }

  private static String read(StrictDecoder decoder, byte[]... parts) {
    EmbeddedChannel channel = new EmbeddedChannel(decoder);
    StringBuilder told = new StringBuilder();
    for (byte[] part : parts) {
      channel.writeInbound(Unpooled.copiedBuffer(part));
      boolean ended = drain(channel, told);
      while (ended) {
        decoder.resume(channel.pipeline().context(decoder));
        ended = drain(channel, told);
      }
    }
    channel.finishAndReleaseAll();
    return told.toString();
  }

  /** Whether a message has ended. */
  private static boolean drain(EmbeddedChannel channel, StringBuilder told) {
    boolean ended = false;
    for (Object read = channel.readInbound(); read != null; read = channel.readInbound()) {
      if (read instanceof HttpMessage head) {
        told.append("\n> ").append(head.toString().replaceFirst("^[^\n]*\n", ""));
        ended |= read instanceof FullHttpMessage;
      } else if (read instanceof HttpContent content) {
        told.append(content.content().toString(StandardCharsets.ISO_8859_1));
        ended |= read instanceof LastHttpContent;
      } else {
        told.append("\n! ").append(read);
      }
      ReferenceCountUtil.release(read);
    }
    return ended;
  }
}

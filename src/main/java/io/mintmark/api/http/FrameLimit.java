package io.mintmark.api.http;

import io.mintmark.api.Shed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.ReferenceCountUtil;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Counts the frames of an HTTP/2 connection before they are decoded, since those that ask for
 * nothing are bounded neither by flow control nor by the number of streams: SETTINGS
 * (CVE-2019-9515) and PING (CVE-2019-9512), each of which has an answer, PRIORITY, WINDOW_UPDATE,
 * frames of unknown types, DATA without any (CVE-2019-9518), RST_STREAM, which the codec counts for
 * open streams only, and CONTINUATION without end (VU#421644), which a decoder tells nobody of.
 * Some come with each request, and some over time. It also holds the memory that streams take
 * against its budget, from their first frame until they are closed.
 */
final class FrameLimit extends ChannelInboundHandlerAdapter {
  /** Frames that ask for nothing: how many at once, for each request, and in a second. */
  static final int MOST = 2_000;

  static final int FOR_A_REQUEST = 8;
  static final int IN_A_SECOND = 100;

  /** What a stream takes beside its head. */
  static final int STREAM_BYTES = 2 << 10;

  /** Bytes of headers that are kept to be said shorter (RFC 7541 section 4.2), as is usual. */
  private static final long MOST_TABLE = 4096;

  /** RFC 9113 section 3.4. */
  private static final int PREFACE = 24;

  /** RFC 9113 sections 4.1 and 6. */
  private static final int HEAD = 9;

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int CONTINUATION = 9;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  /** GOAWAY of ENHANCE_YOUR_CALM for stream 0 (sections 6.8 and 7). */
  private static final byte[] GO_AWAY = {0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11};

  private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Watch watch;
  private final Http2HeadersEncoder.Configuration answers;
  private final LongSupplier nanos;
  private int skip = PREFACE;
  private final byte[] head = new byte[HEAD];
  private int headRead;
  private int left = MOST;
  private long refilled;

  /** What is held for heads that have not become streams yet, by the stream that they name. */
  private final Map<Integer, Integer> heads = new HashMap<>();

  /** The stream of the last head, and whether that has come whole but for its last frame's rest. */
  private int last;

  private boolean whole = true;
  private boolean ended;

  /**
   * @param watch looks after the connection
   * @param answers how the headers of answers are written
   * @param nanos a clock as {@link System#nanoTime} is one
   */
  FrameLimit(Watch watch, Http2HeadersEncoder.Configuration answers, LongSupplier nanos) {
    this.watch = watch;
    this.answers = answers;
    this.nanos = nanos;
    this.refilled = nanos.getAsLong();
  }

  /** Gives back what a stream took when it is closed. */
  void follow(Http2Connection connection) {
    Http2Connection.PropertyKey held = connection.newKey();
    connection.addListener(
        new Http2ConnectionAdapter() {
          @Override
          public void onStreamAdded(Http2Stream stream) {
            stream.setProperty(held, heads.remove(stream.id()));
          }

          @Override
          public void onStreamRemoved(Http2Stream stream) {
            Integer bytes = stream.removeProperty(held);
            if (bytes != null) {
              watch.give(bytes);
            }
          }
        });
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext here) {
    heads.values().forEach(watch::give);
    heads.clear();
  }

  @Override
  public void channelRead(ChannelHandlerContext here, Object message) throws Http2Exception {
    if (ended) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof ByteBuf bytes && !isWithinLimits(bytes)) {
      ended = true;
      bytes.release();
      watch.cutOff();
      // from here on: the codec would wait for the streams that are open
      var _ =
          here.writeAndFlush(Unpooled.wrappedBuffer(GO_AWAY))
              .addListener(
                  sent -> {
                    var _ = here.close();
                  });
      return;
    }
    here.fireChannelRead(message);
    // a peer may keep 4 GiB, and the codec would keep as much to know what the peer has
    if (answers.maxHeaderTableSize() > MOST_TABLE) {
      answers.maxHeaderTableSize(MOST_TABLE);
    }
    if (!heads.isEmpty()) {
      giveOld();
    }
  }

  /** Gives back what heads held that were read whole and made no stream: trailers, or refused. */
  private void giveOld() {
    boolean isRead = whole && skip == 0;
    heads
        .entrySet()
        .removeIf(
            head -> {
              boolean old = isRead || head.getKey() != last;
              if (old) {
                watch.give(head.getValue());
              }
              return old;
            });
  }

  private boolean isWithinLimits(ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (at < end) {
      if (skip > 0) {
        int skipped = Math.min(skip, end - at);
        skip -= skipped;
        at += skipped;
      } else {
        head[headRead++] = bytes.getByte(at++);
        if (headRead == HEAD) {
          headRead = 0;
          skip = (head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | (head[2] & 0xff);
          if (!isWithinLimits(head[3], head[4], skip)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private boolean isWithinLimits(int type, int flags, int length) {
    return switch (type) {
      case HEADERS -> {
        last =
            (head[5] & 0x7f) << 24
                | (head[6] & 0xff) << 16
                | (head[7] & 0xff) << 8
                | (head[8] & 0xff);
        whole = (flags & END_HEADERS) != 0;
        left = Math.min(MOST, left + FOR_A_REQUEST);
        yield holds(STREAM_BYTES + length);
      }
      case CONTINUATION -> {
        whole = (flags & END_HEADERS) != 0;
        yield takesOne() && holds(length);
      }
      case DATA -> length > 0 || (flags & END_STREAM) != 0 || takesOne();
      default -> takesOne();
    };
  }

  private boolean holds(int bytes) {
    if (!watch.take(bytes)) {
      watch.all().shed(Shed.MEMORY);
      return false;
    }
    heads.merge(last, bytes, Integer::sum);
    return true;
  }

  private boolean takesOne() {
    if (left == 0) {
      long now = nanos.getAsLong();
      left = (int) Math.min(MOST, (now - refilled) / SECOND * IN_A_SECOND);
      refilled = now;
    }
    return left-- > 0;
  }
}

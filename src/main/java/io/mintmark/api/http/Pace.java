package io.mintmark.api.http;

import io.mintmark.api.Shed;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether one event loop keeps up, and what it turns away while it does not. In a turn a loop asks
 * the kernel once what has arrived, and works through it; so whatever comes last in a turn has
 * waited at least as long as the turn has taken. That time is the only measure: it holds on any
 * machine, counts everything that keeps the loop busy, handshakes included, and no caller can
 * stretch it by being slow. As in CoDel (RFC 8289) it may be exceeded for a while, since work that
 * comes in a burst is done soonest by doing it. All methods are called on the loop, but for {@link
 * #took}.
 */
final class Pace {
  /** Requests, and new connections, that a turn serves however long it takes, on a slow machine. */
  static final int LEAST = 128;

  /** How long a turn may take. */
  static final long TARGET = TimeUnit.MILLISECONDS.toNanos(50);

  /** For how long turns may take longer. */
  static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(500);

  private final LongSupplier nanos;
  private final Shares requests = new Shares();
  private final Shares connections = new Shares();
  private boolean turning;
  private long began;
  private long ended;
  private boolean behind;
  private long behindSince;
  private int served;

  /** Requests that were served past the turn's time, of addresses with less than their share. */
  private int late;

  private int connected;
  private volatile long took;

  /**
   * @param nanos a clock as {@link System#nanoTime} is one
   */
  Pace(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /**
   * Bytes have arrived. True where they are the first of a turn: then {@link #ended} is to be
   * called at its end.
   */
  boolean heard() {
    if (turning) {
      return false;
    }
    turning = true;
    began = nanos.getAsLong();
    if (behind && began - ended > TARGET) {
      keptUp();
    }
    return true;
  }

  /** All that had arrived is worked through. */
  void ended() {
    ended = nanos.getAsLong();
    took = ended - began;
    turning = false;
    served = 0;
    late = 0;
    connected = 0;
    if (took <= TARGET) {
      keptUp();
      return;
    }
    if (!behind) {
      behind = true;
      behindSince = began;
    }
    requests.fade();
    connections.fade();
  }

  private void keptUp() {
    behind = false;
    requests.clear();
    connections.clear();
  }

  /** Why a request is turned away; null where it is served. */
  @Nullable Shed request(InetAddress network) {
    long now = nanos.getAsLong();
    if (isLosing(now)) {
      long age = now - began;
      if (served >= LEAST && age > TARGET) {
        if (requests.isOver(network)) {
          return Shed.SHARE;
        }
        if (late >= LEAST && age > 2 * TARGET) {
          return Shed.BEHIND;
        }
        late++;
      }
      requests.add(network);
    }
    served++;
    return null;
  }

  /** Why a new connection is turned away, before its handshake costs anything; null if not. */
  @Nullable Shed connection(InetAddress network) {
    if (!isLosing(nanos.getAsLong())) {
      return null;
    }
    int most = connections.isOver(network) ? LEAST : 2 * LEAST;
    if (connected >= most) {
      return Shed.HANDSHAKE;
    }
    connected++;
    connections.add(network);
    return null;
  }

  /** Whether turns have taken too long for too long, counting this one. */
  private boolean isLosing(long now) {
    return behind ? now - behindSince > PATIENCE : turning && now - began > PATIENCE;
  }

  /** What the last turn took, in nanoseconds. */
  long took() {
    return took;
  }
}

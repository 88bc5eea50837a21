package io.mintmark.api.http;

import io.mintmark.api.Admission;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory may hold bodies that have not arrived whole. They come before admission, over any
 * number of connections with hundreds of streams each, and their sender may take seconds. Of one
 * address, or IPv6 /64, it is a part of that, so that whoever dawdles keeps nobody else out.
 */
public final class BodyBudget {
  private final long limit;
  private final long limitOfOne;
  private final AtomicLong total = new AtomicLong();
  private final Map<InetAddress, Long> byNetwork = new ConcurrentHashMap<>();

  /**
   * @param limit bytes in all
   * @param limitOfOne bytes of one address
   */
  public BodyBudget(long limit, long limitOfOne) {
    this.limit = limit;
    this.limitOfOne = limitOfOne;
  }

  /** Takes as many bytes; false, and nothing taken, where they are not there. */
  public boolean take(InetAddress source, int bytes) {
    if (total.addAndGet(bytes) > limit) {
      total.addAndGet(-bytes);
      return false;
    }
    if (byNetwork.merge(Admission.network(source), (long) bytes, Long::sum) > limitOfOne) {
      give(source, bytes);
      return false;
    }
    return true;
  }

  /** Gives back what was taken. */
  public void give(InetAddress source, int bytes) {
    if (bytes > 0) {
      byNetwork.computeIfPresent(
          Admission.network(source), (network, held) -> held > bytes ? held - bytes : null);
      total.addAndGet(-bytes);
    }
  }

  /** Bytes that are held now. */
  long held() {
    return total.get();
  }

  /** How many addresses hold any. */
  int holders() {
    return byNetwork.size();
  }
}

package io.mintmark.api.http;

import io.mintmark.api.Admission;
import io.mintmark.api.Networks;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory may hold what peers leave unfinished: heads and bodies that have not arrived
 * whole, streams that are open, answers that nobody reads. All of it comes before admission, over
 * any number of connections with hundreds of streams each, and takes its time. Of one address, or
 * IPv6 /64, it is a part, so that whoever dawdles keeps nobody else out; proxies may have it all.
 */
public final class MemoryBudget {
  private final long limit;
  private final long limitOfOne;
  private final Networks proxies;
  private final AtomicLong total = new AtomicLong();
  private final Map<InetAddress, Long> byNetwork = new ConcurrentHashMap<>();

  /**
   * @param limit bytes in all
   * @param limitOfOne bytes of one address
   */
  public MemoryBudget(long limit, long limitOfOne, Networks proxies) {
    this.limit = limit;
    this.limitOfOne = limitOfOne;
    this.proxies = proxies;
  }

  /** Takes as many bytes; false, and nothing taken, where they are not there. */
  public boolean take(InetAddress source, int bytes) {
    if (total.addAndGet(bytes) > limit) {
      total.addAndGet(-bytes);
      return false;
    }
    long own = byNetwork.merge(Admission.network(source), (long) bytes, Long::sum);
    if (own > limitOfOne && !proxies.contains(source)) {
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

package io.mintmark.api;

import io.mintmark.exchange.Outcome;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests in, before anything of them is verified: so many at once, and from an address only
 * while its proofs hold. An address pays for what was refused, not for what was asked, so a busy
 * node is never slowed and a stranger's guesses soon are. What does not fit is refused at once;
 * nothing queues.
 */
public final class Admission {
  private static final int IPV6_NETWORK_BYTES = 8;

  private final int maxAtOnce;
  private final @Nullable TokenBuckets<InetAddress> addresses;
  private final Consumer<Shed> turnedAway;
  private final AtomicInteger inside = new AtomicInteger();

  /**
   * @param addresses how many refusals an address may cause; null for no limit
   * @param turnedAway told of every request that was not let in
   */
  public Admission(
      int maxAtOnce, @Nullable TokenBuckets<InetAddress> addresses, Consumer<Shed> turnedAway) {
    this.maxAtOnce = maxAtOnce;
    this.addresses = addresses;
    this.turnedAway = turnedAway;
  }

  /** Lets a request in, or says why not. The pass must be closed when the answer is made. */
  public Pass enter(InetAddress source) throws Refusal {
    InetAddress network = network(source);
    TokenBuckets<InetAddress> limited = addresses;
    if (limited != null && !limited.hasToken(network)) {
      throw turnedAway(Shed.REFUSALS, "too many refusals for this address");
    }
    if (inside.incrementAndGet() > maxAtOnce) {
      inside.decrementAndGet();
      throw turnedAway(Shed.CONCURRENT, "too many requests at once");
    }
    return new Pass(network);
  }

  /** How many requests are inside now. */
  public int inside() {
    return inside.get();
  }

  /** How many requests may be inside. */
  public int most() {
    return maxAtOnce;
  }

  private Refusal turnedAway(Shed why, String message) {
    turnedAway.accept(why);
    return new Refusal(Presentation.CLIENT, why.reason(), message);
  }

  /** What is counted as one address: whoever has one IPv6 address has its whole /64. */
  public static InetAddress network(InetAddress source) {
    if (!(source instanceof Inet6Address)) {
      return source;
    }
    byte[] bytes = source.getAddress();
    Arrays.fill(bytes, IPV6_NETWORK_BYTES, bytes.length, (byte) 0);
    return Networks.ofBytes(bytes);
  }

  /** A request that was let in. */
  public final class Pass implements AutoCloseable {
    private final InetAddress network;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private Pass(InetAddress network) {
      this.network = network;
    }

    /** Charges the address where its proof did not hold, and nothing else. */
    public void charge(Outcome outcome) {
      if (outcome instanceof Outcome.Refused refused
          && Errors.told(refused.reason(), Presentation.CLIENT).retryAfter() == null) {
        charge();
      }
    }

    /**
     * Charges the address for a proof that did not hold. Many at once are let in before the first
     * of them is refused; all are paid for.
     */
    public void charge() {
      TokenBuckets<InetAddress> limited = addresses;
      if (limited != null) {
        limited.owe(network);
      }
    }

    @Override
    public void close() {
      if (open.compareAndSet(true, false)) {
        inside.decrementAndGet();
      }
    }
  }
}

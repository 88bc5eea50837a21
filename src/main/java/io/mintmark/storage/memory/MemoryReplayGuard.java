package io.mintmark.storage.memory;

import io.mintmark.evidence.ReplayGuard;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Remembers proofs in memory, about 150 bytes each. Only what has expired is ever forgotten: a full
 * guard refuses. It knows nothing of proofs used before it was made or at another replica.
 */
public final class MemoryReplayGuard implements ReplayGuard {
  /** Proofs are remembered this much longer, for a clock that is set back a little. */
  private static final Duration MARGIN = Duration.ofMinutes(2);

  private final int capacity;
  private final Instant since;
  private final Set<Key> used = new HashSet<>();
  private final PriorityQueue<Entry> byExpiry = new PriorityQueue<>();

  /**
   * @param capacity the greatest number of proofs remembered at a time
   * @param since when this guard begins to remember
   */
  public MemoryReplayGuard(int capacity, Instant since) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1");
    }
    this.capacity = capacity;
    this.since = since;
  }

  /** 128 bits of a hash: a collision refuses a proof and never lets one pass. */
  private record Key(long high, long low) {
    static Key of(String issuer, String proofId) {
      MessageDigest sha256;
      try {
        sha256 = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("no SHA-256", e);
      }
      byte[] name = issuer.getBytes(StandardCharsets.UTF_8);
      // the length keeps ("a", "bc") and ("ab", "c") apart
      sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).flip());
      sha256.update(name);
      ByteBuffer hash = ByteBuffer.wrap(sha256.digest(proofId.getBytes(StandardCharsets.UTF_8)));
      return new Key(hash.getLong(), hash.getLong());
    }
  }

  private record Entry(Instant forgetAt, Key key) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      return forgetAt.compareTo(other.forgetAt);
    }
  }

  @Override
  public Claim claim(String issuer, String proofId, Instant expiresAt, Instant now) {
    Key key = Key.of(issuer, proofId);
    Instant forgetAt = expiresAt.plus(MARGIN);
    synchronized (this) {
      Claim claim = state(key, now);
      if (claim == Claim.FIRST_USE) {
        used.add(key);
        byExpiry.add(new Entry(forgetAt, key));
      }
      return claim;
    }
  }

  @Override
  public Claim peek(String issuer, String proofId, Instant now) {
    Key key = Key.of(issuer, proofId);
    synchronized (this) {
      return state(key, now);
    }
  }

  private Claim state(Key key, Instant now) {
    forget(now);
    if (used.contains(key)) {
      return Claim.REPLAYED;
    }
    return used.size() >= capacity ? Claim.FULL : Claim.FIRST_USE;
  }

  @Override
  public Instant since() {
    return since;
  }

  /** How many proofs are remembered, for metrics. */
  public synchronized int size() {
    return used.size();
  }

  private void forget(Instant now) {
    for (Entry first = byExpiry.peek();
        first != null && !first.forgetAt.isAfter(now);
        first = byExpiry.peek()) {
      byExpiry.remove();
      used.remove(first.key);
    }
  }
}

package io.mintmark.api;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.function.LongSupplier;

/**
 * One token bucket a key, in bounded memory: a key that is forgotten starts with a full bucket, so
 * that a flood of keys costs nobody else anything.
 *
 * @param <K> what is limited
 */
public final class TokenBuckets<K> {
  private static final double NANOS = 1e9;

  private final Cache<K, Bucket> buckets;
  private final double perNano;
  private final double capacity;
  private final LongSupplier nanoTime;

  /**
   * @param perSecond how many tokens a second flow in
   * @param capacity how many a bucket holds
   * @param maxKeys how many buckets are kept
   * @param nanoTime the monotonic clock, as {@link System#nanoTime}
   */
  public TokenBuckets(double perSecond, double capacity, int maxKeys, LongSupplier nanoTime) {
    this.perNano = perSecond / NANOS;
    this.capacity = capacity;
    this.nanoTime = nanoTime;
    this.buckets = Caffeine.newBuilder().maximumSize(maxKeys).executor(Runnable::run).build();
  }

  /** Whether there is a token left; takes none. */
  public boolean hasToken(K key) {
    Bucket bucket = buckets.getIfPresent(key);
    return bucket == null || bucket.level(this) >= 1;
  }

  /** Takes a token, and says whether there was one. */
  public boolean take(K key) {
    return bucket(key).take(this);
  }

  /** Takes a token even where there is none: what is owed flows in before the next one does. */
  public void owe(K key) {
    bucket(key).owe(this);
  }

  private Bucket bucket(K key) {
    return buckets.get(key, absent -> new Bucket(capacity, nanoTime.getAsLong()));
  }

  private static final class Bucket {
    private double tokens;
    private long updated;

    Bucket(double tokens, long updated) {
      this.tokens = tokens;
      this.updated = updated;
    }

    synchronized double level(TokenBuckets<?> rules) {
      long now = rules.nanoTime.getAsLong();
      long passed = Math.max(0, now - updated);
      tokens = Math.min(rules.capacity, tokens + passed * rules.perNano);
      updated = now;
      return tokens;
    }

    synchronized boolean take(TokenBuckets<?> rules) {
      if (level(rules) < 1) {
        return false;
      }
      tokens -= 1;
      return true;
    }

    synchronized void owe(TokenBuckets<?> rules) {
      tokens = level(rules) - 1;
    }
  }
}

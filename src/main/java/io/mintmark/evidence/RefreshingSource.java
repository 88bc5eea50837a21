package io.mintmark.evidence;

import io.mintmark.evidence.KeyLoader.Loaded;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Keys that are asked for again before they are needed. One attempt at a time serves all who wait;
 * a failed attempt leaves the last good keys in force up to their age limit; an attempt that an
 * unknown key ID makes must wait for the cooldown.
 *
 * @param <T> a {@code Bundle} or a {@code JwkSet}
 */
public final class RefreshingSource<T> implements KeySource<T> {
  private static final System.Logger LOG = System.getLogger(RefreshingSource.class.getName());

  /** A time further ahead than this comes from a clock that was set back since. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

  /**
   * How many may wait at once: half of all who may, so that a stranger who invents key IDs while
   * one source hangs does not keep out those who wait for others.
   */
  static final int MOST_WAITING = 128;

  private final KeyHolder holder;
  private final String place;
  private final KeyLoader<T> loader;
  private final KeyFormat<T> format;
  private final Upkeep upkeep;
  private final RefreshSettings settings;
  private final Semaphore places = new Semaphore(MOST_WAITING);

  private volatile @Nullable Good<T> good;
  private volatile @Nullable String lastError;
  private volatile boolean closed;

  // guarded by this
  private @Nullable CompletableFuture<Void> attempt;
  private @Nullable Instant attempted;
  private Background.Pending next = () -> {};
  private int failures;
  private boolean again;

  /**
   * The keys that were learned last, however old they are.
   *
   * @param at when they were known to be good; null where nobody can tell, so they are not believed
   */
  private record Good<T>(T keys, @Nullable Instant at) {
    boolean isBelieved(Instant now, Duration maxAge) {
      return at != null && !now.isAfter(at.plus(maxAge));
    }
  }

  private RefreshingSource(
      KeyHolder holder, String place, KeyLoader<T> loader, KeyFormat<T> format, Upkeep upkeep) {
    this.holder = holder;
    this.place = place;
    this.loader = loader;
    this.format = format;
    this.upkeep = upkeep;
    this.settings = upkeep.settings();
  }

  /**
   * Begins with what was kept on disk, and makes the first attempt in the background.
   *
   * @param holder whose keys
   * @param place whose keys and from where, as {@link LastGood} knows them
   */
  public static <T> RefreshingSource<T> start(
      KeyHolder holder, String place, KeyLoader<T> loader, KeyFormat<T> format, Upkeep upkeep) {
    var source = new RefreshingSource<>(holder, place, loader, format, upkeep);
    source.revive();
    source.refreshSoon();
    return source;
  }

  @Override
  public @Nullable T current(Instant now) {
    Good<T> known = good;
    // an exchange that began under an earlier policy may still hold a source that was closed
    return !closed && known != null && known.isBelieved(now, settings.maxAge()) ? known.keys : null;
  }

  @Override
  public synchronized boolean mayRefresh(Instant now) {
    if (closed) {
      return false;
    }
    if (attempt != null || attempted == null) {
      return true;
    }
    Duration since = Duration.between(attempted, now);
    boolean setBack = since.compareTo(CLOCK_TOLERANCE.negated()) < 0;
    return setBack || since.compareTo(settings.cooldown()) >= 0;
  }

  @Override
  public @Nullable T refreshed(Instant now) {
    @Nullable CompletableFuture<Void> awaited;
    synchronized (this) {
      if (!mayRefresh(now)) {
        return current(now);
      }
      begin();
      awaited = attempt;
    }
    if (awaited == null) {
      return current(now);
    }
    if (!places.tryAcquire()) {
      return null;
    }
    try {
      awaited.get(settings.patience().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException late) {
      // what is current must do
    } finally {
      places.release();
    }
    return current(now);
  }

  /** How many wait for an attempt. */
  int waiting() {
    return MOST_WAITING - places.availablePermits();
  }

  /** Makes an attempt in the background now, or once the one under way has ended. */
  public synchronized void refreshSoon() {
    if (attempt != null) {
      again = true;
    } else if (!closed) {
      begin();
    }
  }

  @Override
  public @Nullable Instant lastGood() {
    Good<T> known = good;
    return known == null ? null : known.at;
  }

  @Override
  public @Nullable String lastError() {
    return lastError;
  }

  @Override
  public synchronized void close() {
    closed = true;
    next.cancel();
  }

  private void revive() {
    if (!(upkeep.lastGood().load(place) instanceof LastGood.Kept kept)) {
      return;
    }
    boolean ahead = kept.fetchedAt().isAfter(upkeep.clock().instant().plus(CLOCK_TOLERANCE));
    if (ahead) {
      LOG.log(Level.WARNING, "{0}: the kept keys are from the future and are not believed", holder);
    }
    try {
      good = new Good<>(format.parse(kept.bytes()), ahead ? null : kept.fetchedAt());
    } catch (UnusableKeys e) {
      LOG.log(Level.WARNING, "{0}: the kept keys are not used: {1}", holder, e.getMessage());
    }
  }

  private synchronized void begin() {
    if (attempt != null) {
      return;
    }
    next.cancel();
    var begun = new CompletableFuture<Void>();
    attempt = begun;
    upkeep.background().run(() -> attempt(begun));
  }

  private void attempt(CompletableFuture<Void> begun) {
    long start = System.nanoTime();
    Duration delay = null;
    try {
      Loaded<T> loaded = load();
      delay = take(loaded, Duration.ofNanos(System.nanoTime() - start));
    } catch (RuntimeException bug) {
      LOG.log(Level.ERROR, holder + ": taking keys over failed unexpectedly", bug);
    } finally {
      end(delay);
      begun.complete(null);
    }
  }

  private Loaded<T> load() {
    Good<T> known = good;
    try {
      return loader.load(known == null ? null : known.keys);
    } catch (RuntimeException bug) {
      LOG.log(Level.ERROR, holder + ": loading keys failed unexpectedly", bug);
      return new Loaded.Failed<>("loading keys failed unexpectedly");
    }
  }

  /** How long to wait for the next attempt; null where this one failed. */
  private @Nullable Duration take(Loaded<T> loaded, Duration took) {
    if (closed) {
      return null;
    }
    Instant now = upkeep.clock().instant();
    String error =
        switch (loaded) {
          case Loaded.Fresh<T> fresh -> accept(fresh, now);
          case Loaded.Unchanged<T> _ -> confirm(now);
          case Loaded.Failed<T>(var why) -> why;
        };
    tell(error == null ? warning() : error);
    if (error == null) {
      upkeep.listener().refreshed(holder, took);
      return delay(loaded);
    }
    doubtFuture(now);
    upkeep.listener().failed(holder, error, took);
    return null;
  }

  /** Logs once when what operators must know changes, and once when it is over. */
  private void tell(@Nullable String told) {
    String before = lastError;
    lastError = told;
    if (told == null) {
      if (before != null) {
        LOG.log(Level.INFO, "{0}: keys are fresh again", holder);
      }
    } else if (!told.equals(before)) {
      LOG.log(Level.WARNING, "{0}: {1}", holder, told);
    }
  }

  private @Nullable String warning() {
    Good<T> known = good;
    return known == null ? null : format.warning(known.keys);
  }

  private @Nullable String accept(Loaded.Fresh<T> fresh, Instant now) {
    // however old they are: whoever keeps a source away for a day must not bring revoked keys back
    Good<T> older = good;
    String objection = older == null ? null : format.objection(fresh.keys(), older.keys);
    if (objection != null) {
      return objection
          + ", so it is not taken; to have the broker forget the newer, stop it and delete "
          + upkeep.lastGood().whereabouts(place);
    }
    try {
      loader.taking();
    } catch (UnusableKeys e) {
      return String.valueOf(e.getMessage());
    }
    good = new Good<>(fresh.keys(), now);
    try {
      upkeep.lastGood().save(place, new LastGood.Kept(now, fresh.bytes()));
    } catch (IOException e) {
      LOG.log(Level.WARNING, holder + ": the last good keys could not be kept on disk", e);
    }
    return null;
  }

  private @Nullable String confirm(Instant now) {
    Good<T> known = good;
    if (known == null) {
      return "there are no keys yet";
    }
    good = new Good<>(known.keys, now);
    return null;
  }

  /** After a clock was set back, the age of old keys counts from the time that it shows now. */
  private void doubtFuture(Instant now) {
    Good<T> known = good;
    if (known != null && known.at != null && known.at.isAfter(now)) {
      good = new Good<>(known.keys, now);
    }
  }

  private synchronized void end(@Nullable Duration delay) {
    attempt = null;
    attempted = upkeep.clock().instant();
    failures = delay == null ? failures + 1 : 0;
    if (closed) {
      return;
    }
    if (again) {
      again = false;
      begin();
      return;
    }
    next =
        upkeep
            .background()
            .later(
                delay == null ? settings.retry(failures, upkeep.jitter()) : delay,
                this::refreshSoon);
  }

  private Duration delay(Loaded<T> loaded) {
    Duration asked = loaded instanceof Loaded.Fresh<T> fresh ? fresh.refreshAfter() : null;
    return settings.pause(asked, upkeep.jitter());
  }
}

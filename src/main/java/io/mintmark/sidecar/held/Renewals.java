package io.mintmark.sidecar.held;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps credentials fresh: one request in flight for each, renewed at about half of its life, with
 * pauses that grow after failures. What is due is looked at every second by the wall clock, and
 * expiry by both clocks, so that neither a suspended machine nor a clock that jumps makes an
 * expired credential pass or keeps a due one waiting.
 */
public final class Renewals implements Credentials, AutoCloseable {
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final State TOO_MANY =
      new State.Unavailable("overloaded", "too many different credentials are wanted at once");

  private final Obtainer obtainer;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final DoubleSupplier jitter;
  private final ScheduledExecutorService timer;
  private final Executor requests;
  private final Executor workers;
  private final RenewalEvents events;
  private final Looks looks;

  private final Wishes wishes;
  private boolean closed;

  /** How often the broker or the proof became another one. */
  private long generation;

  /**
   * @param nanos a clock that never jumps, as {@link System#nanoTime()}
   * @param jitter evenly spread from 0 to 1
   * @param requests may wait; it bounds how many requests run at once
   * @param workers tells listeners
   */
  public Renewals(
      Obtainer obtainer,
      RenewalSettings settings,
      InstantSource clock,
      LongSupplier nanos,
      DoubleSupplier jitter,
      ScheduledExecutorService timer,
      Executor requests,
      Executor workers,
      RenewalEvents events) {
    this.obtainer = obtainer;
    this.clock = clock;
    this.nanos = nanos;
    this.jitter = jitter;
    this.timer = timer;
    this.requests = requests;
    this.workers = workers;
    this.events = events;
    this.looks = new Looks(timer, this::lookAtAll);
    this.wishes =
        new Wishes(settings.most(), wanted -> new Renewal(wanted, settings, nanos.getAsLong()));
  }

  /** Begins to look at what is due, until closed. */
  public void start() {
    looks.within(Duration.ZERO);
  }

  /** Makes these wanted for as long as they are in the latest such call, and asks for them now. */
  public synchronized void keep(Collection<Wanted> configured) {
    Set<Wanted> kept = Set.copyOf(configured);
    wishes.all().forEach(renewal -> renewal.configured = kept.contains(renewal.wanted));
    for (Wanted wanted : kept) {
      Renewal renewal = wishes.configured(wanted);
      renewal.configured = true;
      look(renewal, clock.instant());
    }
  }

  /**
   * Asks for everything again, since the broker or the proof is another one. What is held serves
   * until there is more; what is on its way counts no longer.
   */
  public synchronized void askAnew() {
    generation++;
    Instant now = clock.instant();
    for (Renewal renewal : wishes.all()) {
      renewal.inFlight = false;
      renewal.askAnew(nanos.getAsLong());
      look(renewal, now);
    }
  }

  @Override
  public synchronized State current(Wanted wanted) {
    Renewal renewal = wantedBySomeone(wanted);
    return renewal == null ? TOO_MANY : renewal.state(clock.instant(), nanos.getAsLong());
  }

  @Override
  public synchronized CompletionStage<State> soon(Wanted wanted) {
    Renewal renewal = wantedBySomeone(wanted);
    if (renewal == null) {
      return CompletableFuture.completedFuture(TOO_MANY);
    }
    State state = renewal.state(clock.instant(), nanos.getAsLong());
    return state instanceof State.Pending
        ? renewal.next()
        : CompletableFuture.completedFuture(state);
  }

  @Override
  public synchronized CompletionStage<State> newerThan(Wanted wanted, Held refused) {
    Renewal renewal = wantedBySomeone(wanted);
    if (renewal == null) {
      return CompletableFuture.completedFuture(TOO_MANY);
    }
    Instant now = clock.instant();
    State state = renewal.state(now, nanos.getAsLong());
    boolean newer = state instanceof State.Ready(Held held) && !held.equals(refused);
    if (newer || (!renewal.inFlight && !renewal.mayReplaceRefused(nanos.getAsLong()))) {
      return CompletableFuture.completedFuture(state);
    }
    CompletableFuture<State> next = renewal.next();
    if (!renewal.inFlight) {
      renewal.replacedRefusedAt = nanos.getAsLong();
      obtain(renewal);
    }
    return next;
  }

  @Override
  public synchronized Watch watch(Wanted wanted, Consumer<State> listener) {
    Renewal renewal = wantedBySomeone(wanted);
    if (renewal == null) {
      new Listener(listener, workers, timer).tell(TOO_MANY);
      return () -> {};
    }
    Listener added = new Listener(listener, workers, timer);
    renewal.listeners.add(added);
    State state = renewal.state(clock.instant(), nanos.getAsLong());
    if (!(state instanceof State.Pending)) {
      added.tell(state);
    }
    return () -> {
      synchronized (this) {
        renewal.listeners.remove(added);
      }
      added.close();
    };
  }

  /** The state of each configured credential. */
  public synchronized Map<Wanted, State> states() {
    return wishes.all().stream()
        .filter(renewal -> renewal.configured)
        .collect(
            Collectors.toUnmodifiableMap(
                renewal -> renewal.wanted,
                renewal -> renewal.state(clock.instant(), nanos.getAsLong())));
  }

  @Override
  public synchronized void close() {
    closed = true;
    looks.close();
    for (Renewal renewal : wishes.all()) {
      renewal.listeners.forEach(Listener::close);
      renewal.woken(new State.Unavailable("stopping", "the sidecar stops")).run();
    }
    wishes.clear();
  }

  /** Null where callers want too many different ones. */
  private @Nullable Renewal wantedBySomeone(Wanted wanted) {
    Renewal renewal = closed ? null : wishes.called(wanted);
    if (renewal == null) {
      return null;
    }
    renewal.askedAt = nanos.getAsLong();
    look(renewal, clock.instant());
    return renewal;
  }

  /** One look at everything; then the next is arranged. */
  void lookAtAll() {
    Duration next = LOOK;
    try {
      next = lookedAtAll(next);
    } finally {
      looks.within(next);
    }
  }

  /** How long until the next look. */
  private synchronized Duration lookedAtAll(Duration longest) {
    Duration next = longest;
    Instant now = clock.instant();
    long nanoTime = nanos.getAsLong();
    for (Renewal renewal : wishes.all()) {
      if (renewal.unused(nanoTime)) {
        wishes.forget(renewal);
        continue;
      }
      look(renewal, now);
      Duration due = renewal.untilDue(now, nanoTime);
      next = due.compareTo(next) < 0 ? due : next;
    }
    return next;
  }

  private void look(Renewal renewal, Instant now) {
    long nanoTime = nanos.getAsLong();
    if (renewal.justLost(now, nanoTime)) {
      events.lost(renewal.wanted);
      State state = renewal.state(now, nanoTime);
      renewal.listeners.forEach(listener -> listener.tell(state));
    }
    if (!renewal.inFlight && renewal.due(now, nanoTime)) {
      obtain(renewal);
    }
  }

  private void obtain(Renewal renewal) {
    renewal.inFlight = true;
    long begun = generation;
    try {
      requests.execute(() -> obtainNow(renewal, begun));
    } catch (RejectedExecutionException busy) {
      Runnable waking =
          ended(
              renewal,
              begun,
              null,
              new NotObtained("overloaded", "too many renewals run at once", null));
      looks.aside(waking);
    }
  }

  private void obtainNow(Renewal renewal, long begun) {
    Held held = null;
    NotObtained failure = null;
    try {
      held = obtainer.obtain(renewal.wanted);
    } catch (NotObtained refused) {
      failure = refused;
    } catch (RuntimeException | Error bug) {
      failure = new NotObtained("internal", "the request failed unexpectedly", null);
      if (counts(begun)) {
        events.failedUnexpectedly(renewal.wanted, bug);
      }
    }
    ended(renewal, begun, held, failure).run();
  }

  /** Whoever waited for what does not was told, or waits for what was asked anew. */
  private synchronized boolean counts(long begun) {
    return !closed && begun == generation;
  }

  /** Gives what wakes those who wait, to be run without the lock. */
  private synchronized Runnable ended(
      Renewal renewal, long begun, @Nullable Held held, @Nullable NotObtained failure) {
    if (!counts(begun)) {
      return () -> {};
    }
    Instant now = clock.instant();
    long nanoTime = nanos.getAsLong();
    renewal.inFlight = false;
    if (held != null) {
      renewal.renewed(held, now, nanoTime, jitter.getAsDouble());
      events.renewed(renewal.wanted, held);
    } else if (failure != null) {
      renewal.failed(failure, nanoTime, jitter.getAsDouble());
      events.failed(renewal.wanted, failure);
    }
    looks.within(renewal.untilDue(now, nanoTime));
    State state = renewal.state(now, nanoTime);
    Runnable waking = renewal.woken(state);
    if (held != null || state instanceof State.Unavailable) {
      renewal.listeners.forEach(listener -> listener.tell(state));
    }
    return waking;
  }
}

package io.mintmark.sidecar.held;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells one listener the newest state, one call at a time; what it had no time for is passed over.
 */
final class Listener {
  private static final System.Logger LOG = System.getLogger(Listener.class.getName());

  private static final int PAUSE_MILLIS = 100;

  private final Consumer<Credentials.State> consumer;
  private final Executor workers;
  private final ScheduledExecutorService timer;
  private Credentials.@Nullable State newest;
  private boolean running;
  private boolean closed;

  Listener(Consumer<Credentials.State> consumer, Executor workers, ScheduledExecutorService timer) {
    this.consumer = consumer;
    this.workers = workers;
    this.timer = timer;
  }

  synchronized void tell(Credentials.State state) {
    newest = state;
    if (!running && !closed) {
      running = true;
      begin();
    }
  }

  /** News is late where there is no room at the moment, and never lost. */
  private void begin() {
    try {
      workers.execute(this::run);
    } catch (RejectedExecutionException busy) {
      try {
        var _ = timer.schedule(this::begin, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException stopped) {
        LOG.log(System.Logger.Level.DEBUG, "the sidecar stops", stopped);
      }
    }
  }

  synchronized void close() {
    closed = true;
    newest = null;
  }

  private void run() {
    for (Credentials.State state = take(); state != null; state = take()) {
      try {
        consumer.accept(state);
      } catch (RuntimeException bug) {
        LOG.log(System.Logger.Level.ERROR, "a listener failed", bug);
      }
    }
  }

  private synchronized Credentials.@Nullable State take() {
    Credentials.State state = newest;
    newest = null;
    running = state != null;
    return state;
  }
}

package io.mintmark.sidecar.held;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells one listener the newest state, one call at a time; what it had no time for is passed over.
 */
final class Listener {
  private static final System.Logger LOG = System.getLogger(Listener.class.getName());

  private final Consumer<Credentials.State> consumer;
  private final Executor workers;
  private Credentials.@Nullable State newest;
  private boolean running;
  private boolean closed;

  Listener(Consumer<Credentials.State> consumer, Executor workers) {
    this.consumer = consumer;
    this.workers = workers;
  }

  synchronized void tell(Credentials.State state) {
    newest = state;
    if (!running && !closed) {
      running = true;
      try {
        workers.execute(this::run);
      } catch (RejectedExecutionException stopped) {
        running = false;
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

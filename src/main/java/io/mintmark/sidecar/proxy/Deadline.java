package io.mintmark.sidecar.proxy;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An instant that is put off again and again, at the price of a field: the timer looks only when
 * the first one has come. Used on one event loop.
 */
final class Deadline {
  private final EventExecutor loop;
  private final Runnable passed;
  private @Nullable ScheduledFuture<?> look;
  private long at;
  private long lookAt;
  private boolean armed;

  Deadline(EventExecutor loop, Runnable passed) {
    this.loop = loop;
    this.passed = passed;
  }

  void in(Duration time) {
    at = System.nanoTime() + time.toNanos();
    armed = true;
    if (look == null || at - lookAt < 0) {
      cancelLook();
      schedule();
    }
  }

  void cancel() {
    armed = false;
    cancelLook();
  }

  private void schedule() {
    lookAt = at;
    look = loop.schedule(this::look, Math.max(0, at - System.nanoTime()), TimeUnit.NANOSECONDS);
  }

  private void look() {
    look = null;
    if (!armed) {
      return;
    }
    if (at - System.nanoTime() > 0) {
      schedule();
    } else {
      armed = false;
      passed.run();
    }
  }

  private void cancelLook() {
    ScheduledFuture<?> planned = look;
    if (planned != null) {
      planned.cancel(false);
      look = null;
    }
  }
}

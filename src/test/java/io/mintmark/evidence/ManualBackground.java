package io.mintmark.evidence;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Runs what must be done in the background when a test says so, on its own thread. */
public final class ManualBackground implements Background {
  private final Deque<Runnable> ready = new ArrayDeque<>();
  private final List<Alarm> alarms = new ArrayList<>();

  private record Alarm(Duration delay, Runnable task) {}

  @Override
  public void run(Runnable task) {
    ready.add(task);
  }

  @Override
  public Pending later(Duration delay, Runnable task) {
    var alarm = new Alarm(delay, task);
    alarms.add(alarm);
    return () -> alarms.remove(alarm);
  }

  /** Runs all that is ready. */
  public void work() {
    while (!ready.isEmpty()) {
      ready.poll().run();
    }
  }

  /** Lets the one alarm that is set ring, and does the work. */
  public void ring() {
    Alarm alarm = alarms.removeFirst();
    alarm.task.run();
    work();
  }

  /** How long the alarms that are set have to wait. */
  public List<Duration> alarms() {
    return alarms.stream().map(Alarm::delay).toList();
  }

  @Override
  public void close() {}
}

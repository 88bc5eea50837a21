package io.mintmark.exchange;

import io.mintmark.exchange.Observer.Stage;
import java.util.EnumMap;
import java.util.Map;

/** The time of each stage of one exchange, which follow one another. */
final class Stopwatch {
  private static final int STAGES = Stage.values().length;

  private final Observer observer;
  private final long[] nanos = new long[STAGES];
  private long began = System.nanoTime();

  Stopwatch(Observer observer) {
    this.observer = observer;
  }

  /** Ends a stage, which began when the one before it ended. */
  void ended(Stage stage) {
    long now = System.nanoTime();
    observer.took(stage, now - began);
    nanos[stage.ordinal()] = now - began;
    began = now;
  }

  /** Nanoseconds of the stages that there were. */
  Map<Stage, Long> took() {
    Map<Stage, Long> took = new EnumMap<>(Stage.class);
    for (Stage stage : Stage.values()) {
      if (nanos[stage.ordinal()] > 0) {
        took.put(stage, nanos[stage.ordinal()]);
      }
    }
    return took;
  }
}

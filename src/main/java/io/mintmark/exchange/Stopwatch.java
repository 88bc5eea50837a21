package io.mintmark.exchange;

import io.mintmark.exchange.Observer.Stage;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The time of each stage of one exchange, which follow one another. */
final class Stopwatch {
  private final Observer observer;

  /** Kept only where somebody wants the exchange as a whole. */
  private final @Nullable Map<Stage, Long> took;

  private long began = System.nanoTime();

  Stopwatch(Observer observer) {
    this.observer = observer;
    this.took = observer.traces() ? new EnumMap<>(Stage.class) : null;
  }

  /** Ends a stage, which began when the one before it ended. */
  void ended(Stage stage) {
    long now = System.nanoTime();
    observer.took(stage, now - began);
    if (took != null) {
      took.put(stage, now - began);
    }
    began = now;
  }

  /** Nanoseconds of the stages that there were. */
  Map<Stage, Long> took() {
    return took == null ? Map.of() : took;
  }
}

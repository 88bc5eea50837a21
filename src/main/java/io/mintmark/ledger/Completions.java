package io.mintmark.ledger;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.Executor;

/** The ends of many appends, handed to each of their executors at once. */
final class Completions {
  private final Executor fallback;
  private final IdentityHashMap<Executor, List<Runnable>> byExecutor = new IdentityHashMap<>();

  Completions(Executor fallback) {
    this.fallback = fallback;
  }

  void durable(Waiting.Append append, long seq) {
    add(append, () -> append.durable.complete(seq));
  }

  void failed(Waiting.Append append, LedgerUnavailable why) {
    add(append, () -> append.durable.completeExceptionally(why));
  }

  private void add(Waiting.Append append, Runnable end) {
    byExecutor.computeIfAbsent(append.completesOn, executor -> new ArrayList<>()).add(end);
  }

  void run() {
    byExecutor.forEach(
        (executor, ends) -> {
          Runnable all = () -> ends.forEach(Runnable::run);
          if (!accepted(executor, all) && !accepted(fallback, all)) {
            all.run();
          }
        });
  }

  /** A caller's executor may be stopped; whatever it throws, no other caller may suffer from it. */
  private static boolean accepted(Executor executor, Runnable task) {
    try {
      executor.execute(task);
      return true;
    } catch (RuntimeException stopped) {
      return false;
    }
  }
}

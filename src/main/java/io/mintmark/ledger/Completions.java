package io.mintmark.ledger;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** The ends of many appends, handed to each of their executors at once. */
final class Completions {
  private final Executor fallback;
  private final Map<Executor, List<Runnable>> byExecutor = new IdentityHashMap<>();

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
          try {
            executor.execute(all);
          } catch (RejectedExecutionException stopped) {
            fallback.execute(all);
          }
        });
  }
}

package io.mintmark.kubernetes.signing;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/**
 * Names of objects that want attention: each once, however often it is named, worked on by one at a
 * time, and later and later where it fails. What goes beyond the bound is forgotten; whoever names
 * it again, by a look at all that there is, brings it back.
 */
final class WorkQueue {
  private final int most;
  private final Duration first;
  private final Duration last;
  private final RandomGenerator random;

  // guarded by this
  private final Map<String, Item> items = new HashMap<>();
  private final PriorityQueue<Item> waiting =
      new PriorityQueue<>((one, other) -> Long.compare(one.due - other.due, 0));

  private static final class Item {
    final String name;
    long due = System.nanoTime();
    int failures;
    boolean busy;
    boolean again;

    Item(String name) {
      this.name = name;
    }
  }

  /**
   * @param first pause after a failure, doubled with each further one
   * @param last the longest pause
   */
  WorkQueue(int most, Duration first, Duration last, RandomGenerator random) {
    this.most = most;
    this.first = first;
    this.last = last;
    this.random = random;
  }

  /** False where there is no room. */
  synchronized boolean offer(String name) {
    Item known = items.get(name);
    if (known != null) {
      known.again |= known.busy;
      return true;
    }
    if (items.size() >= most) {
      return false;
    }
    Item item = new Item(name);
    items.put(name, item);
    waiting.add(item);
    notifyAll();
    return true;
  }

  /** Waits for the next; whoever takes it says {@link #done} or {@link #later}. */
  synchronized String take() throws InterruptedException {
    while (true) {
      Item next = waiting.peek();
      long left = next == null ? Long.MAX_VALUE : next.due - System.nanoTime();
      if (next != null && left <= 0) {
        waiting.remove();
        next.busy = true;
        return next.name;
      }
      if (next == null) {
        wait();
      } else {
        wait(left / 1_000_000 + 1);
      }
    }
  }

  synchronized void done(String name) {
    Item item = items.get(name);
    if (item != null && item.again) {
      item.again = false;
      item.failures = 0;
      queued(item, 0);
    } else {
      items.remove(name);
    }
  }

  synchronized void later(String name) {
    Item item = items.get(name);
    if (item != null) {
      item.again = false;
      long pause = Math.min(last.toNanos(), first.toNanos() << Math.min(item.failures, 20));
      item.failures++;
      queued(item, pause / 2 + random.nextLong(pause / 2 + 1));
    }
  }

  synchronized int size() {
    return items.size();
  }

  private void queued(Item item, long pause) {
    item.busy = false;
    item.due = System.nanoTime() + pause;
    waiting.add(item);
    notifyAll();
  }
}

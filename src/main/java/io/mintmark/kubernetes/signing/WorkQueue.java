package io.mintmark.kubernetes.signing;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/**
 * Names of objects that want attention: each once, however often it is named, worked on by one at a
 * time, and later and later where it fails. What goes beyond the bounds, of which each namespace
 * has its own, is forgotten; whoever names it again, by a look at all that there is, brings it
 * back.
 */
final class WorkQueue {
  private final int most;
  private final int mostOfOne;
  private final Duration first;
  private final Duration last;
  private final RandomGenerator random;

  // guarded by this
  private final Map<String, Item> items = new HashMap<>();
  private final Map<String, Integer> namespaces = new HashMap<>();
  private final PriorityQueue<Item> waiting =
      new PriorityQueue<>((one, other) -> Long.compare(one.due - other.due, 0));

  private static final class Item {
    final String name;
    final long since = System.nanoTime();
    long due = since;
    int failures;
    boolean busy;
    boolean again;
    boolean parked;

    Item(String name) {
      this.name = name;
    }
  }

  /**
   * @param mostOfOne of a namespace's objects
   * @param first pause after a failure, doubled with each further one
   * @param last the longest pause
   */
  WorkQueue(int most, int mostOfOne, Duration first, Duration last, RandomGenerator random) {
    this.most = most;
    this.mostOfOne = mostOfOne;
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
    String namespace = namespace(name);
    if (items.size() >= most || namespaces.getOrDefault(namespace, 0) >= mostOfOne) {
      return false;
    }
    namespaces.merge(namespace, 1, Integer::sum);
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
        next.parked = false;
        return next.name;
      }
      if (next == null) {
        wait();
      } else {
        wait(left / 1_000_000 + 1);
      }
    }
  }

  /** How long ago it was named first. */
  synchronized Duration waited(String name) {
    Item item = items.get(name);
    return item == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - item.since);
  }

  synchronized void done(String name) {
    Item item = items.get(name);
    if (item != null && item.again) {
      item.again = false;
      item.failures = 0;
      queued(item, 0);
    } else if (items.remove(name) != null) {
      namespaces.computeIfPresent(namespace(name), (of, count) -> count == 1 ? null : count - 1);
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

  /** After a pause, or once somebody {@linkplain #wake wakes} what pauses so. */
  synchronized void later(String name, Duration pause) {
    Item item = items.get(name);
    if (item != null) {
      item.again = false;
      item.parked = true;
      queued(item, pause.toNanos());
    }
  }

  /** Ends all pauses of a given length. */
  synchronized void wake() {
    for (Item item : items.values()) {
      if (item.parked && waiting.remove(item)) {
        queued(item, 0);
      }
    }
  }

  synchronized int size() {
    return items.size();
  }

  /** Objects of the cluster are no namespace's, and share its room. */
  private static String namespace(String name) {
    int slash = name.indexOf('/');
    return slash < 0 ? "" : name.substring(0, slash);
  }

  private void queued(Item item, long pause) {
    item.busy = false;
    item.due = System.nanoTime() + pause;
    waiting.add(item);
    notifyAll();
  }
}

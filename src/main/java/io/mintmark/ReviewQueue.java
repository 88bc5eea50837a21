package io.mintmark;

import io.mintmark.api.Admission;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be worked on, by the address that it comes from: the addresses take turns, and
 * where there is no more room, those give way that have the most of it. An address that has nothing
 * yet is refused only where every other has but one. All users of a cluster come from the few
 * addresses of its API servers, so none has a number of places that it may not exceed while there
 * is room.
 *
 * @param <T> what waits
 */
final class ReviewQueue<T> {
  /** What one place holds, in bytes. */
  private static final int PLACE = 256 << 10;

  private final int places;
  private final SequencedMap<InetAddress, Line<T>> lines = new LinkedHashMap<>();

  private record Waiting<T>(T one, int places) {}

  /** One address's, the oldest first. */
  private static final class Line<T> {
    private final Deque<Waiting<T>> waiting = new ArrayDeque<>();
    private int places;

    int places() {
      return places;
    }
  }

  /**
   * @param places of 256 KiB each, of which everything takes one at least
   */
  ReviewQueue(int places) {
    this.places = places;
  }

  /**
   * Puts one more at the end of its address's line.
   *
   * @return what has no place any more: the one itself where its address has its share, or those
   *     that had to give way to it
   */
  synchronized List<T> add(InetAddress source, T one, int bytes) {
    InetAddress address = Admission.network(source);
    int wanted = 1 + bytes / PLACE;
    Line<T> own = lines.get(address);
    int over = taken() + wanted - places;
    if (over > 0 && (own == null ? over > further() : own.places() + wanted > share())) {
      return List.of(one);
    }
    List<T> dropped = new ArrayList<>();
    while (taken() + wanted > places) {
      dropped.add(dropped());
    }
    Line<T> line = lines.computeIfAbsent(address, absent -> new Line<>());
    line.waiting.addLast(new Waiting<>(one, wanted));
    line.places += wanted;
    return dropped;
  }

  /** Whose turn it is, the oldest of its address; null where nothing waits. */
  synchronized @Nullable T next() {
    var first = lines.pollFirstEntry();
    if (first == null) {
      return null;
    }
    Line<T> line = first.getValue();
    Waiting<T> next = line.waiting.removeFirst();
    line.places -= next.places();
    if (!line.waiting.isEmpty()) {
      lines.putLast(first.getKey(), line);
    }
    return next.one();
  }

  /** Of all places, rounded up. */
  private int share() {
    return Math.ceilDiv(places, lines.size());
  }

  /** What is not the oldest of its address: all that gives way to one who has nothing yet. */
  private int further() {
    return lines.values().stream()
        .mapToInt(line -> line.places() - line.waiting.getFirst().places())
        .sum();
  }

  /** The youngest of the address that has the most, and of those that have more than one first. */
  private T dropped() {
    var most =
        lines.entrySet().stream()
            .max(
                Comparator.comparing(
                        (Map.Entry<InetAddress, Line<T>> line) ->
                            line.getValue().waiting.size() > 1)
                    .thenComparing(line -> line.getValue().places()))
            .orElseThrow();
    Line<T> line = most.getValue();
    Waiting<T> youngest = line.waiting.removeLast();
    line.places -= youngest.places();
    if (line.waiting.isEmpty()) {
      lines.remove(most.getKey());
    }
    return youngest.one();
  }

  private int taken() {
    Collection<Line<T>> all = lines.values();
    return all.stream().mapToInt(Line::places).sum();
  }
}

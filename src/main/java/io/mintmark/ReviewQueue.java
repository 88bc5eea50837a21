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
 * where there is no more room, those give way that have the most of it. An address has its share,
 * and one that has nothing yet may take what others have beyond their oldest. All users of a
 * cluster come from the few addresses of its API servers, so none has a number of places that it
 * may not exceed while there is room.
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

    int further() {
      return places - waiting.getFirst().places();
    }
  }

  private static final Comparator<Line<?>> BY_PLACES = Comparator.comparingInt(Line::places);
  private static final Comparator<Line<?>> BY_FURTHER = Comparator.comparingInt(Line::further);

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
    int addresses = lines.size() + (own == null ? 1 : 0);
    int would = (own == null ? 0 : own.places()) + wanted;
    boolean inShare = would <= Math.ceilDiv(places, addresses);
    int over = taken() + wanted - places;
    if (over > 0 && !inShare && (own != null || over > further())) {
      return List.of(one);
    }
    List<T> dropped = new ArrayList<>();
    while (taken() + wanted > places) {
      dropped.add(youngest(inShare ? BY_PLACES : BY_FURTHER));
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

  /** What is not the oldest of its address: all that gives way to one who has nothing yet. */
  private int further() {
    return lines.values().stream().mapToInt(Line::further).sum();
  }

  /** The youngest of the address that has the most. */
  private T youngest(Comparator<Line<?>> measure) {
    var most = lines.entrySet().stream().max(Map.Entry.comparingByValue(measure)).orElseThrow();
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

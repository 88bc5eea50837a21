package io.mintmark.api.http;

import io.mintmark.api.Admission;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * Which connections are open, by the address (or IPv6 /64) that they come from, the oldest first.
 * Where there are too many, the one that gives way is found at little cost: of those that idle the
 * oldest, and of the address that has the most. So an address that opens them without number closes
 * its own.
 */
final class Roster {
  /** How many are looked at for one that idles, and how many addresses for the one with most. */
  private static final int LOOKS = 32;

  private final Map<InetAddress, SequencedSet<Watch>> networks = new HashMap<>();
  private final SequencedSet<InetAddress> turns = new LinkedHashSet<>();
  private int count;

  /** What becomes of a connection that wants to be let in. */
  sealed interface Place {
    /** It has one. */
    record Free() implements Place {}

    /** It has that of another, which is to be closed. */
    record Of(Watch idle) implements Place {}

    /** There is none. */
    record None() implements Place {}
  }

  /**
   * Lets a connection in where there is room, or one that idles gives way.
   *
   * @param most how many there may be
   * @param mostOfOne how many of its address
   */
  synchronized Place add(Watch watch, int most, int mostOfOne) {
    InetAddress network = Admission.network(watch.peer());
    SequencedSet<Watch> own = networks.get(network);
    Watch idle = null;
    if (own != null && own.size() >= mostOfOne) {
      idle = idlest(own);
    } else if (count >= most) {
      idle = idlestOfMost();
    } else {
      put(network, watch);
      return new Place.Free();
    }
    if (idle == null) {
      return new Place.None();
    }
    remove(idle);
    put(network, watch);
    return new Place.Of(idle);
  }

  /** Takes one back that turned out not to idle, whatever the limits. */
  synchronized void restore(Watch watch) {
    put(Admission.network(watch.peer()), watch);
  }

  private void put(InetAddress network, Watch watch) {
    if (networks.computeIfAbsent(network, absent -> new LinkedHashSet<>()).add(watch)) {
      count++;
      turns.add(network);
    }
  }

  synchronized void remove(Watch watch) {
    InetAddress network = Admission.network(watch.peer());
    SequencedSet<Watch> own = networks.get(network);
    if (own != null && own.remove(watch)) {
      count--;
      if (own.isEmpty()) {
        networks.remove(network);
        turns.remove(network);
      }
    }
  }

  private @Nullable Watch idlestOfMost() {
    Watch idle = null;
    int most = 0;
    for (int i = Math.min(LOOKS, turns.size()); i > 0; i--) {
      InetAddress network = turns.removeFirst();
      turns.addLast(network);
      SequencedSet<Watch> own = networks.get(network);
      if (own != null && own.size() > most) {
        Watch found = idlest(own);
        if (found != null) {
          idle = found;
          most = own.size();
        }
      }
    }
    return idle;
  }

  /**
   * The first that idles; those that do not go to the end, so that they are not looked at again.
   */
  private static @Nullable Watch idlest(SequencedSet<Watch> own) {
    for (int i = Math.min(LOOKS, own.size()); i > 0; i--) {
      Watch watch = own.removeFirst();
      own.addLast(watch);
      if (!watch.isUsed()) {
        return watch;
      }
    }
    return null;
  }

  synchronized int count() {
    return count;
  }

  synchronized List<Watch> all() {
    List<Watch> all = new ArrayList<>(count);
    networks.values().forEach(all::addAll);
    return all;
  }
}

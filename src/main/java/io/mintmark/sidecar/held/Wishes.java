package io.mintmark.sidecar.held;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The renewals by what is wanted. Callers have room for so many; where they want more, the one that
 * nobody asked for longest makes way. Guarded by the lock of {@link Renewals}.
 */
final class Wishes {
  private final Map<Wanted, Renewal> renewals = new HashMap<>();
  private final int most;
  private final Function<Wanted, Renewal> beginning;

  Wishes(int most, Function<Wanted, Renewal> beginning) {
    this.most = most;
    this.beginning = beginning;
  }

  List<Renewal> all() {
    return List.copyOf(renewals.values());
  }

  /** Of what is configured, for which there is always room. */
  Renewal configured(Wanted wanted) {
    return renewals.computeIfAbsent(wanted, beginning);
  }

  /** Of what a caller wants; null where callers want too many different ones. */
  @Nullable Renewal called(Wanted wanted) {
    return renewals.containsKey(wanted) || hasRoom()
        ? renewals.computeIfAbsent(wanted, beginning)
        : null;
  }

  void forget(Renewal renewal) {
    renewals.remove(renewal.wanted);
  }

  void clear() {
    renewals.clear();
  }

  private boolean hasRoom() {
    List<Renewal> others =
        renewals.values().stream().filter(renewal -> !renewal.configured).toList();
    if (others.size() < most) {
      return true;
    }
    Renewal oldest =
        others.stream()
            .filter(renewal -> renewal.listeners.isEmpty() && !renewal.inFlight)
            .min(Comparator.comparingLong(renewal -> renewal.askedAt))
            .orElse(null);
    if (oldest == null) {
      return false;
    }
    forget(oldest);
    return true;
  }
}

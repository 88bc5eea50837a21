package io.mintmark.sidecar.unix;

import java.util.HashMap;
import java.util.Map;

/**
 * Counts who is in. One user cannot take every place: a fork bomb of connections leaves room for
 * the others, and strangers have a few places of their own.
 */
final class Door {
  private final Callers callers;
  private final ConnectionLimits limits;
  private final Map<Long, Integer> perUser = new HashMap<>();
  private int all;
  private int strangers;

  /** What becomes of a connection; each but FULL is to be told when it {@link #left}. */
  enum Admission {
    SERVED,
    STRANGER,
    FULL
  }

  Door(Callers callers, ConnectionLimits limits) {
    this.callers = callers;
    this.limits = limits;
  }

  synchronized Admission enter(Caller caller) {
    if (!callers.allow(caller)) {
      if (strangers >= ConnectionLimits.STRANGERS) {
        return Admission.FULL;
      }
      strangers++;
      return Admission.STRANGER;
    }
    int own = perUser.getOrDefault(caller.uid(), 0);
    if (all >= limits.all() || own >= limits.perUser()) {
      return Admission.FULL;
    }
    all++;
    perUser.put(caller.uid(), own + 1);
    return Admission.SERVED;
  }

  synchronized void left(Caller caller, Admission as) {
    switch (as) {
      case SERVED -> {
        all--;
        perUser.computeIfPresent(caller.uid(), (_, count) -> count > 1 ? count - 1 : null);
      }
      case STRANGER -> strangers--;
      case FULL -> {}
    }
  }

  synchronized int inside() {
    return all;
  }
}

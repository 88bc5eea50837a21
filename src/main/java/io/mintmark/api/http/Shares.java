package io.mintmark.api.http;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/** What each address has had of late, so that none has more than the others. For one thread. */
final class Shares {
  private final Map<InetAddress, Integer> had = new HashMap<>();
  private int all;

  void add(InetAddress network) {
    had.merge(network, 1, Integer::sum);
    all++;
  }

  /** Whether an address has had an equal share of what all of them had, or more. */
  boolean isOver(InetAddress network) {
    Integer own = had.get(network);
    return own != null && (long) own * had.size() >= all;
  }

  /** Halves what was had; of whom nothing is left nothing is remembered. */
  void fade() {
    all = 0;
    var each = had.entrySet().iterator();
    while (each.hasNext()) {
      var entry = each.next();
      int half = entry.getValue() / 2;
      if (half == 0) {
        each.remove();
      } else {
        entry.setValue(half);
        all += half;
      }
    }
  }

  void clear() {
    if (all > 0) {
      had.clear();
      all = 0;
    }
  }
}

package io.mintmark.kubernetes.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The custom resources that are kept in memory, within a limit for all together. Where it is
 * reached, the namespace that takes the most loses what came last of it, so that none takes
 * another's room. What was lost is there without its spec, or not at all, until there is room.
 */
final class Shelf {
  /** What an object takes beside its spec and status, in bytes; about. */
  static final int BASE = 1_024;

  /**
   * What a character of a condition takes when it is compiled, in bytes. Measured with sixty to two
   * thousand different conditions each in a heap of 256 MiB: 53 for those that compare fields, be
   * they of 75 characters or of 3,600, 36 for chains of negations, 81 for lists and 100 for maps of
   * numbers of one digit. What is wrong with a broken one takes less.
   */
  static final int CONDITION = 64;

  static final String NO_ROOM =
      "there is no room for it: the documents of its namespace take more memory than those of any"
          + " other";

  /** The space of what is the cluster's. */
  private static final String PLATFORM = "";

  private final long limit;
  private final Map<String, Space> spaces = new HashMap<>();
  private final Set<CustomKind> cut = EnumSet.noneOf(CustomKind.class);
  private final Set<CustomKind> hungry = EnumSet.noneOf(CustomKind.class);
  private long used;

  /**
   * One object.
   *
   * @param status as the API server has it; missing where it has none, or none that is read
   * @param weight about how many bytes it takes
   */
  record Kept(CustomResource resource, JsonNode status, long weight) {
    /**
     * @param bytes about how many its spec and status take
     */
    static Kept of(CustomResource resource, JsonNode status, long bytes) {
      return new Kept(resource, status, BASE + bytes + (long) CONDITION * resource.condition());
    }

    Kept bare() {
      return new Kept(resource.unread(NO_ROOM), MissingNode.getInstance(), BASE);
    }
  }

  /** What is kept of a namespace by label: first what has no room, last what came last. */
  private static final class Space {
    private final LinkedHashMap<String, Kept> whole = new LinkedHashMap<>();
    private final LinkedHashMap<String, Kept> bare = new LinkedHashMap<>();
    private long used;

    @Nullable Kept get(String label) {
      Kept one = whole.get(label);
      return one == null ? bare.get(label) : one;
    }

    boolean isEmpty() {
      return whole.isEmpty() && bare.isEmpty();
    }
  }

  /**
   * @param limit in bytes
   */
  Shelf(long limit) {
    this.limit = limit;
  }

  synchronized @Nullable Kept get(CustomResource resource) {
    Space space = spaces.get(space(resource));
    return space == null ? null : space.get(resource.label());
  }

  /** Takes an object in place of the one of its label. */
  synchronized void put(Kept object) {
    CustomResource resource = object.resource();
    long before = drop(resource);
    Space space = spaces.computeIfAbsent(space(resource), absent -> new Space());
    space.whole.put(resource.label(), object);
    add(space, object.weight());
    if (object.weight() < before) {
      roomCame();
    }
    while (used > limit && shrink()) {}
  }

  /** Takes an object away. */
  synchronized void remove(CustomResource resource) {
    if (drop(resource) > 0) {
      roomCame();
    }
  }

  /** Takes away what is of a kind and not among these labels. */
  synchronized void keepOnly(CustomKind kind, Set<String> labels) {
    List<CustomResource> gone =
        all().stream()
            .map(Kept::resource)
            .filter(one -> one.kind() == kind && !labels.contains(one.label()))
            .toList();
    gone.forEach(this::remove);
  }

  /** Whether a kind shall be listed again as there may be room for more of it; asked once. */
  synchronized boolean isHungry(CustomKind kind) {
    return hungry.remove(kind);
  }

  /** What there is, in an order that is that of the labels. */
  synchronized List<Kept> all() {
    List<Map.Entry<String, Kept>> all = new ArrayList<>();
    for (Space space : spaces.values()) {
      all.addAll(space.whole.entrySet());
      all.addAll(space.bare.entrySet());
    }
    all.sort(Map.Entry.comparingByKey());
    return all.stream().map(Map.Entry::getValue).toList();
  }

  /** The bytes that are free by it. */
  private long drop(CustomResource resource) {
    Space space = spaces.get(space(resource));
    if (space == null) {
      return 0;
    }
    Kept whole = space.whole.remove(resource.label());
    long bytes =
        whole != null ? whole.weight() : space.bare.remove(resource.label()) == null ? 0 : BASE;
    add(space, -bytes);
    if (space.isEmpty()) {
      spaces.remove(space(resource));
    }
    return bytes;
  }

  /** Makes room at the cost of the namespace that takes the most, never of the platform. */
  private boolean shrink() {
    var largest =
        spaces.entrySet().stream()
            .filter(entry -> !entry.getKey().equals(PLATFORM))
            .max(Comparator.comparingLong(entry -> entry.getValue().used))
            .orElse(null);
    if (largest == null) {
      return false;
    }
    Space space = largest.getValue();
    var last = space.whole.pollLastEntry();
    if (last != null) {
      Kept bare = last.getValue().bare();
      space.bare.put(last.getKey(), bare);
      cut.add(bare.resource().kind());
      add(space, BASE - last.getValue().weight());
    } else {
      var bare = space.bare.pollLastEntry();
      cut.add(bare.getValue().resource().kind());
      add(space, -BASE);
      if (space.isEmpty()) {
        spaces.remove(largest.getKey());
      }
    }
    return true;
  }

  private void roomCame() {
    hungry.addAll(cut);
    cut.clear();
  }

  private void add(Space space, long bytes) {
    space.used += bytes;
    used += bytes;
  }

  private static String space(CustomResource resource) {
    String namespace = resource.namespace();
    return namespace == null ? PLATFORM : namespace;
  }
}

package io.mintmark.policy;

import io.mintmark.documents.Document;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.WorkloadId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What the inventory says of workloads. There may be a hundred thousand, of which one changed: what
 * an earlier policy made of a document is taken over, and so is each part of the index in which
 * nothing changed, since the collector copies what is new while requests wait. Not changed once
 * built.
 */
final class Inventory {
  /** About a hundred workloads each where there are most. A power of two. */
  private static final int PARTS = 1024;

  private static final int GOLDEN_RATIO = 0x9E3779B9;

  static final Inventory NONE = new Inventory(List.of());

  /** By the hash of what they hold; or none at all. */
  final List<Map<WorkloadId, Workload>> parts;

  private Inventory(List<Map<WorkloadId, Workload>> parts) {
    this.parts = parts;
  }

  /** A document, compiled. */
  record Workload(Document document, WorkloadId id, InventoryEntry entry) {}

  /** Makes workloads of documents, but for those of an earlier inventory. */
  static final class Maker {
    private final Inventory earlier;
    private final Map<String, String> texts = new HashMap<>();

    Maker(Inventory earlier) {
      this.earlier = earlier;
    }

    /** Throws {@link MalformedWorkloadId}. */
    @SuppressWarnings("ReferenceEquality") // another document of the same identity may say more
    Workload of(Document document) {
      WorkloadId id = WorkloadId.parse(document.spec().path("id").asText());
      Workload known = earlier.find(id);
      return known != null && known.document() == document ? known : made(document, id);
    }

    private Workload made(Document document, WorkloadId id) {
      var spec = document.spec();
      return new Workload(
          document,
          id,
          new InventoryEntry(
              same(spec.path("owner").asText()),
              shared(Fields.text(spec, "environment")),
              shared(Fields.text(spec, "classification")),
              Fields.attributes(spec.path("attributes"))));
    }

    /** One object for equal texts: an inventory of 100,000 names few owners and environments. */
    private @Nullable String shared(@Nullable String text) {
      return text == null ? null : same(text);
    }

    private String same(String text) {
      return texts.computeIfAbsent(text, first -> first);
    }
  }

  /**
   * An inventory of some workloads.
   *
   * @param earlier whose parts are taken over where they would be the same
   * @param twice is told of each workload whose identity one before it has, and of that one; it is
   *     left out
   */
  static Inventory of(
      List<Workload> workloads, Inventory earlier, BiConsumer<Workload, Workload> twice) {
    if (workloads.isEmpty()) {
      return NONE;
    }
    int[] ends = new int[PARTS + 1];
    for (Workload workload : workloads) {
      ends[part(workload.id()) + 1]++;
    }
    for (int part = 0; part < PARTS; part++) {
      ends[part + 1] += ends[part];
    }
    // in order within each part, so that the first of two stays the first
    Workload[] byPart = new Workload[workloads.size()];
    int[] next = ends.clone();
    for (Workload workload : workloads) {
      byPart[next[part(workload.id())]++] = workload;
    }
    List<Workload> all = Arrays.asList(byPart);
    List<Map<WorkloadId, Workload>> parts = new ArrayList<>(PARTS);
    for (int part = 0; part < PARTS; part++) {
      List<Workload> its = all.subList(ends[part], ends[part + 1]);
      Map<WorkloadId, Workload> before =
          earlier.parts.isEmpty() ? Map.of() : earlier.parts.get(part);
      // made in any case, since nothing else finds two that are one; it is short-lived where it is
      // the same
      Map<WorkloadId, Workload> index = indexed(its, twice);
      parts.add(same(index, before) ? before : index);
    }
    return new Inventory(parts);
  }

  @Nullable Workload find(WorkloadId id) {
    return parts.isEmpty() ? null : parts.get(part(id)).get(id);
  }

  private static int part(WorkloadId id) {
    // by other bits than a map within the part takes
    return (id.hashCode() * GOLDEN_RATIO) >>> Integer.numberOfLeadingZeros(PARTS - 1);
  }

  /** Whether they are the very ones: to compare what each says would cost what this saves. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean same(Map<WorkloadId, Workload> index, Map<WorkloadId, Workload> before) {
    if (index.size() != before.size()) {
      return false;
    }
    for (Workload workload : index.values()) {
      if (before.get(workload.id()) != workload) {
        return false;
      }
    }
    return true;
  }

  private static Map<WorkloadId, Workload> indexed(
      List<Workload> workloads, BiConsumer<Workload, Workload> twice) {
    Map<WorkloadId, Workload> index = HashMap.newHashMap(workloads.size());
    for (Workload workload : workloads) {
      Workload first = index.putIfAbsent(workload.id(), workload);
      if (first != null) {
        twice.accept(workload, first);
      }
    }
    return index;
  }
}

package io.mintmark.policy;

import io.mintmark.documents.Document;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.WorkloadId;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the inventory says of workloads. There may be a hundred thousand, of which one changed: what
 * an earlier policy made of a document is taken over, so that a change costs little memory.
 */
final class Inventory {
  private final Map<WorkloadId, Workload> workloads = new HashMap<>();

  /** A document, compiled. */
  record Workload(Document document, WorkloadId id, InventoryEntry entry) {}

  /** Workloads by the very documents that they were made of. */
  static final class Made {
    private final IdentityHashMap<Document, Workload> workloads;
    private final Map<String, String> texts = new HashMap<>();

    /**
     * @param earlier null where there is none
     */
    Made(@Nullable Inventory earlier) {
      workloads = new IdentityHashMap<>(earlier == null ? 0 : earlier.workloads.size());
      if (earlier != null) {
        earlier.workloads.values().forEach(one -> workloads.put(one.document(), one));
      }
    }

    /** Throws {@link MalformedWorkloadId}. */
    Workload of(Document document) {
      Workload known = workloads.get(document);
      return known == null ? made(document) : known;
    }

    private Workload made(Document document) {
      var spec = document.spec();
      return new Workload(
          document,
          WorkloadId.parse(spec.path("id").asText()),
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

  /** Adds a workload; or the one that has its identity already, and then nothing has changed. */
  @Nullable Workload add(Workload workload) {
    return workloads.putIfAbsent(workload.id(), workload);
  }

  @Nullable Workload find(WorkloadId id) {
    return workloads.get(id);
  }
}

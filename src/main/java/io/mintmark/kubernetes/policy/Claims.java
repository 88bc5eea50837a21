package io.mintmark.kubernetes.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.documents.Document;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.DocumentSet;
import io.mintmark.documents.Kind;
import io.mintmark.documents.ObjectReader;
import io.mintmark.documents.Position;
import io.mintmark.documents.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Custom resources, each read by itself: which are documents, the oldest first, and which cannot be
 * for a reason that another document has nothing to do with, or everything.
 *
 * @param refused why others are none, by their labels
 * @param overruled the labels of those in place of which the folder has a document
 * @param said what concerns documents of the folder
 */
record Claims(
    List<Document> documents,
    Map<String, List<Problem>> refused,
    Set<String> overruled,
    List<Problem> said) {
  /** One namespace must not be able to make policy too much for the others. */
  static final int MAX_OF_NAMESPACE = 10_000;

  static final int MAX = 50_000;

  private static final String AUDIENCE = "audience";

  private static final Comparator<CustomResource> BY_AGE =
      Comparator.comparing((CustomResource one) -> one.kind().namespaced())
          .thenComparing(CustomResource::created)
          .thenComparing(CustomResource::label);

  static Claims read(DocumentSet folder, ClusterView cluster) {
    Map<String, Document> files = overruling(folder, cluster);
    List<Document> documents = new ArrayList<>();
    Map<String, List<Problem>> refused = new LinkedHashMap<>();
    Set<String> overruled = new HashSet<>();
    List<Problem> said = new ArrayList<>();
    Map<String, Integer> counts = new HashMap<>();
    List<CustomResource> byAge = cluster.resources().stream().sorted(BY_AGE).toList();
    Map<String, CustomResource> owners = owners(byAge);
    int share = share(byAge);
    for (CustomResource one : byAge) {
      String namespace = one.namespace();
      if (namespace != null && counts.merge(namespace, 1, Integer::sum) > share) {
        refused.put(one.label(), List.of(error(one, "there are too many documents before it")));
        continue;
      }
      Document file = files.get(one.label());
      if (file != null) {
        overruled.add(one.label());
        refused.put(
            one.label(),
            List.of(
                error(one, "the policy folder has a document of this name, which is in force")));
        said.add(
            file.warning(
                "/metadata/name",
                "the cluster has a " + one.label() + " too; this one is in force"));
        continue;
      }
      try {
        Document document = one.document();
        List<Problem> taken = taken(one, document, owners);
        if (taken.isEmpty()) {
          documents.add(document);
        } else {
          refused.put(one.label(), taken);
        }
      } catch (DocumentErrors errors) {
        refused.put(one.label(), errors.problems());
      }
    }
    return new Claims(documents, refused, overruled, said);
  }

  /** The folder's documents that the cluster has too, by their labels. */
  private static Map<String, Document> overruling(DocumentSet folder, ClusterView cluster) {
    Map<String, Document> both = new HashMap<>();
    if (cluster.resources().isEmpty()) {
      return both;
    }
    Set<String> labels = new HashSet<>();
    cluster.resources().forEach(one -> labels.add(one.label()));
    for (Document file : folder.documents()) {
      String label = file.kind() + " " + file.name();
      if (labels.contains(label)) {
        both.put(label, file);
      }
    }
    return both;
  }

  /**
   * How many documents a namespace may have: where all together have too many, those with the most
   * lose, and none that has fewer.
   */
  static int share(List<CustomResource> resources) {
    Map<String, Integer> counts = new HashMap<>();
    for (CustomResource one : resources) {
      String namespace = one.namespace();
      if (namespace != null) {
        counts.merge(namespace, 1, Integer::sum);
      }
    }
    int left = MAX;
    int others = counts.size();
    for (int count : counts.values().stream().sorted().toList()) {
      if ((long) count * others > left) {
        return Math.min(left / others, MAX_OF_NAMESPACE);
      }
      left -= count;
      others--;
    }
    return MAX_OF_NAMESPACE;
  }

  /** Whose each audience is: the oldest resource's, though that one be broken or left out. */
  private static Map<String, CustomResource> owners(List<CustomResource> byAge) {
    Map<String, CustomResource> owners = new HashMap<>();
    for (CustomResource one : byAge) {
      String audience = one.spec().path(AUDIENCE).textValue();
      if (one.kind() == CustomKind.RESOURCE && audience != null) {
        owners.putIfAbsent(audience, one);
      }
    }
    return owners;
  }

  /** The audiences of a document that are another one's, or another namespace's. */
  private static List<Problem> taken(
      CustomResource one, Document document, Map<String, CustomResource> owners) {
    if (one.kind() == CustomKind.RESOURCE) {
      String audience = one.spec().path(AUDIENCE).asText();
      return one.equals(owners.get(audience))
          ? List.of()
          : List.of(
              document.error(
                  "/spec/audience",
                  "audience \"" + audience + "\" is that of an older resource already"));
    }
    List<Problem> taken = new ArrayList<>();
    int index = 0;
    for (JsonNode audience : one.spec().at("/issue/jwtSvid/audiences")) {
      CustomResource owner = owners.get(audience.asText());
      if (owner != null && !Objects.equals(owner.namespace(), one.namespace())) {
        taken.add(
            document.error(
                "/spec/issue/jwtSvid/audiences/" + index,
                "audience \"" + audience.asText() + "\" is not this namespace's to ask for"));
      }
      index++;
    }
    return taken;
  }

  /** What stands in for a guardrail that cannot be compiled and never could. */
  static Document denial(String label) {
    String name = label.substring(label.indexOf(' ') + 1);
    ObjectNode spec = JsonNodeFactory.instance.objectNode();
    spec.put("owner", "mintmark");
    spec.put("deny", "true");
    spec.put("message", "guardrail \"" + name + "\" is broken, so nothing gets past it");
    try {
      return ObjectReader.read(Kind.GUARDRAIL, null, name, spec);
    } catch (DocumentErrors unfit) {
      return unnamed(spec);
    }
  }

  /** Where the name is what is broken: no API server has such an object, but one is asked about. */
  private static Document unnamed(ObjectNode spec) {
    try {
      return ObjectReader.read(Kind.GUARDRAIL, null, "unnamed", spec);
    } catch (DocumentErrors impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Problem error(CustomResource resource, String message) {
    return new Problem(
        Problem.Severity.ERROR, Position.inObject(resource.label(), "metadata.name"), message);
  }
}

package io.mintmark.kubernetes.review;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of an object: its UID and what the documents ask for. A value that is longer than
 * 256 characters is left out, since half of it would be another value.
 */
record Metadata(String uid, Map<String, String> labels, Map<String, String> annotations) {
  private static final int MAX_VALUE = 256;

  Metadata {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }

  /** What is wanted of the objects of one kind. */
  record Keys(List<String> labels, List<String> annotations) {}

  static @Nullable Metadata of(@Nullable ObjectMeta meta, Keys keys) {
    return meta == null || meta.getUid() == null
        ? null
        : new Metadata(
            meta.getUid(),
            wanted(meta.getLabels(), keys.labels()),
            wanted(meta.getAnnotations(), keys.annotations()));
  }

  /** The same out of the API's own JSON. */
  static @Nullable Metadata of(JsonNode object, Keys keys) {
    JsonNode meta = object.path("metadata");
    String uid = meta.path("uid").textValue();
    return uid == null
        ? null
        : new Metadata(
            uid,
            wanted(texts(meta.path("labels"), keys.labels()), keys.labels()),
            wanted(texts(meta.path("annotations"), keys.annotations()), keys.annotations()));
  }

  private static Map<String, String> texts(JsonNode object, List<String> keys) {
    Map<String, String> texts = new HashMap<>();
    for (String key : keys) {
      String value = object.path(key).textValue();
      if (value != null) {
        texts.put(key, value);
      }
    }
    return texts;
  }

  private static Map<String, String> wanted(@Nullable Map<String, String> all, List<String> keys) {
    Map<String, String> kept = new HashMap<>();
    for (String key : keys) {
      String value = all == null ? null : all.get(key);
      if (value != null && value.length() <= MAX_VALUE) {
        kept.put(key, value);
      }
    }
    return kept;
  }
}

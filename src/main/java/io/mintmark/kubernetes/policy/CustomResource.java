package io.mintmark.kubernetes.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.documents.ObjectReader;
import org.jspecify.annotations.Nullable;

/**
 * A custom resource as the API server has it.
 *
 * @param namespace null where the kind is the cluster's
 * @param created RFC 3339, as the API server set it
 * @param spec missing where there is none
 */
public record CustomResource(
    CustomKind kind,
    @Nullable String namespace,
    String name,
    String uid,
    long generation,
    String created,
    JsonNode spec) {

  CustomResource with(JsonNode spec) {
    return new CustomResource(kind, namespace, name, uid, generation, created, spec);
  }

  /** The name of its document. */
  String qualified() {
    return namespace == null ? name : namespace + "/" + name;
  }

  /** What its document's positions begin with; one object's and no other's. */
  String label() {
    return ObjectReader.label(kind.kind(), qualified());
  }
}

package io.mintmark.kubernetes.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.documents.Document;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.ObjectReader;
import org.jspecify.annotations.Nullable;

/**
 * A custom resource as the API server has it.
 *
 * @param namespace null where the kind is the cluster's
 * @param created RFC 3339, as the API server set it
 * @param spec missing where there is none
 * @param read what was made of it
 */
public record CustomResource(
    CustomKind kind,
    @Nullable String namespace,
    String name,
    String uid,
    long generation,
    String created,
    JsonNode spec,
    Read read) {

  public CustomResource(
      CustomKind kind,
      @Nullable String namespace,
      String name,
      String uid,
      long generation,
      String created,
      JsonNode spec) {
    this(kind, namespace, name, uid, generation, created, spec, new Read());
  }

  /** The document, kept since others change more often; equal to any other, as it says no more. */
  public static final class Read {
    private volatile @Nullable Document document;

    private Read() {}

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Read;
    }

    @Override
    public int hashCode() {
      return 0;
    }
  }

  /**
   * Its document.
   *
   * @throws DocumentErrors with the path of each field that is wrong
   */
  Document document() throws DocumentErrors {
    Document known = read.document;
    if (known == null) {
      known = ObjectReader.read(kind.kind(), namespace, name, spec);
      read.document = known;
    }
    return known;
  }

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

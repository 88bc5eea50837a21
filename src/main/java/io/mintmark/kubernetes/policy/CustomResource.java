package io.mintmark.kubernetes.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.documents.Document;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.ObjectReader;
import io.mintmark.documents.Position;
import io.mintmark.documents.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A custom resource as the API server has it.
 *
 * @param namespace null where the kind is the cluster's
 * @param created RFC 3339, as the API server set it
 * @param spec missing where there is none; where there is an objection, its audience at most
 * @param objection why it is not read; empty where it is
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
    String objection,
    Read read) {

  public CustomResource(
      CustomKind kind,
      @Nullable String namespace,
      String name,
      String uid,
      long generation,
      String created,
      JsonNode spec) {
    this(kind, namespace, name, uid, generation, created, spec, "");
  }

  CustomResource(
      CustomKind kind,
      @Nullable String namespace,
      String name,
      String uid,
      long generation,
      String created,
      JsonNode spec,
      String objection) {
    this(kind, namespace, name, uid, generation, created, spec, objection, new Read());
  }

  /**
   * The document, or what is wrong with it: kept since others change more often; equal to any
   * other, as it says no more.
   */
  public static final class Read {
    private volatile @Nullable Document document;
    private volatile @Nullable DocumentErrors errors;

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
    DocumentErrors errors = read.errors;
    if (errors != null) {
      throw errors;
    }
    if (known == null) {
      try {
        known = parsed();
      } catch (DocumentErrors broken) {
        read.errors = broken;
        throw broken;
      }
      read.document = known;
    }
    return known;
  }

  private Document parsed() throws DocumentErrors {
    if (!objection.isEmpty()) {
      Position spec = Position.inObject(label(), "spec");
      throw new DocumentErrors(List.of(new Problem(Problem.Severity.ERROR, spec, objection)));
    }
    return ObjectReader.read(kind.kind(), namespace, name, spec);
  }

  /** The same without what it says, but that its audience stays its own. */
  CustomResource unread(String objection) {
    JsonNode rest = Bounded.rest(spec.path("audience").textValue());
    return new CustomResource(kind, namespace, name, uid, generation, created, rest, objection);
  }

  /** How many characters its condition has; 0 where it has none. */
  int condition() {
    return switch (kind) {
      case GRANT -> spec.path("when").asText().length();
      case GUARDRAIL -> spec.path("deny").asText().length();
      case TRUST_DOMAIN, ISSUER, RESOURCE, WORKLOAD -> 0;
    };
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

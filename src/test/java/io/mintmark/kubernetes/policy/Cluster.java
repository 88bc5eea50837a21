package io.mintmark.kubernetes.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.mintmark.documents.Document;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.DocumentSet;
import io.mintmark.documents.Documents;
import io.mintmark.documents.Problem;
import io.mintmark.policy.Compilation;
import io.mintmark.policy.Policy;
import io.mintmark.policy.PolicyContext;
import io.mintmark.workload.TrustDomain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Custom resources beside a folder, compiled by the real compiler. */
final class Cluster {
  static final String ISSUER = "https://mintmark.example.org";
  static final String CLUSTER_ISSUER = "https://oidc.prod.example.org";
  static final String OWN =
      """
      apiVersion: mintmark.io/v1
      kind: Issuer
      metadata: {name: cluster}
      spec:
        type: kubernetes
        issuer: https://oidc.prod.example.org
        identity: spiffe://prod.example.org/ns/{namespace}/sa/{serviceaccount}
        namespaceAudiences: ["*"]
      ---
      apiVersion: mintmark.io/v1
      kind: Resource
      metadata: {name: vault}
      spec: {owner: platform@example.org, audience: "https://vault.example.org", scopes: [read]}
      """;

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private final List<CustomResource> resources = new ArrayList<>();
  private final @Nullable String issuer;
  private Map<String, Document> lastGood = new HashMap<>();
  private DocumentSet folder = set(OWN);

  Cluster() {
    this(CLUSTER_ISSUER);
  }

  Cluster(@Nullable String issuer) {
    this.issuer = issuer;
  }

  Cluster folder(String yaml) {
    folder = set(yaml);
    return this;
  }

  /**
   * Adds a resource, younger than those before; {@code where} is {@code namespace/name} or a name.
   */
  Cluster with(CustomKind kind, String where, String spec) {
    resources.add(
        resource(kind, where, spec, "2026-11-22T10:%02d:00Z".formatted(resources.size())));
    return this;
  }

  /** Adds a resource that was not read to its end. */
  Cluster with(CustomKind kind, String where, String spec, String objection) {
    var _ = with(kind, where, spec);
    CustomResource last = resources.removeLast();
    resources.add(objection.isEmpty() ? last : last.unread(objection));
    return this;
  }

  Cluster without(CustomKind kind, String where) {
    resources.removeIf(one -> one.kind() == kind && one.qualified().equals(where));
    return this;
  }

  static CustomResource resource(CustomKind kind, String where, String spec, String created) {
    int slash = where.indexOf('/');
    return new CustomResource(
        kind,
        slash < 0 ? null : where.substring(0, slash),
        where.substring(slash + 1),
        "uid-" + where,
        1,
        created,
        yaml(spec));
  }

  Union<Policy> compile() throws DocumentErrors {
    Union<Policy> union =
        Union.of(folder, new ClusterView(resources, issuer), lastGood, this::compiled);
    lastGood = union.guardrails();
    return union;
  }

  /** The sentence for a resource that is left out; empty where it is in force. */
  String sentence(String label) throws DocumentErrors {
    List<Problem> problems = compile().leftOut().get(label);
    return problems == null ? "" : Condition.message(problems);
  }

  /** The webhook of a broker that sees this. */
  Validation validation() {
    return validation(
        documents -> {
          var _ = compiled(documents);
        });
  }

  /** The same with a compiler of one's own. */
  Validation validation(Compiling compiler) {
    return new Validation(
        () -> folder,
        () -> new ClusterView(resources, issuer),
        (documents, issuer, trust) -> compiler.compile(documents));
  }

  /** Throws what is wrong with documents. */
  @FunctionalInterface
  interface Compiling {
    void compile(DocumentSet documents) throws DocumentErrors;
  }

  private Union.Compiled<Policy> compiled(DocumentSet documents) throws DocumentErrors {
    PolicyContext context = new PolicyContext(new TrustDomain("prod.example.org"), ISSUER, issuer);
    return switch (Policy.compile(documents, context)) {
      case Compilation.Compiled(Policy policy, List<Problem> warnings) ->
          new Union.Compiled<>(policy, warnings);
      case Compilation.Rejected(List<Problem> problems) -> throw new DocumentErrors(problems);
    };
  }

  static JsonNode yaml(String text) {
    try {
      return YAML.readTree(text);
    } catch (JsonProcessingException malformed) {
      throw new IllegalArgumentException(malformed);
    }
  }

  private static DocumentSet set(String yaml) {
    try {
      return Documents.parse("platform.yaml", yaml).load();
    } catch (DocumentErrors errors) {
      throw new IllegalArgumentException(errors);
    }
  }
}

package io.mintmark.kubernetes.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.mintmark.documents.Kind;
import io.mintmark.documents.Schemas;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The CustomResourceDefinitions of the chart, made from the published JSON Schemas. */
final class CustomResourceDefinitions {
  private static final ObjectMapper YAML =
      new ObjectMapper(
          new YAMLFactory()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR));

  private static final String HEAD =
      "# Made from the JSON Schemas in src/main/resources/io/mintmark/documents/schema; a test"
          + " fails when the two differ.\n"
          + "# Unknown fields are preserved on purpose: pruned, a misspelt limit would be no limit,"
          + " and nobody told; kept, the broker refuses the document by its name.\n"
          + "# Write it anew with `./mvnw test -Dtest=CustomResourceDefinitionsTest"
          + " -Dmintmark.docs.write=true`.\n";

  private static final String CONDITIONS =
      """
      type: object
      description: What the broker made of it.
      properties:
        conditions:
          type: array
          maxItems: 8
          x-kubernetes-list-type: map
          x-kubernetes-list-map-keys: [type]
          description: Compiled tells whether this document is good, InForce whether requests are decided by it.
          items:
            type: object
            required: [type, status, lastTransitionTime, reason, message]
            properties:
              type: {type: string, maxLength: 64}
              status: {type: string, enum: ["True", "False", Unknown]}
              observedGeneration: {type: integer, format: int64, minimum: 0}
              lastTransitionTime: {type: string, format: date-time}
              reason: {type: string, maxLength: 64}
              message: {type: string, maxLength: 4096}
        observedGeneration:
          type: integer
          format: int64
          minimum: 0
          description: The generation that the conditions are about.
        version:
          type: string
          maxLength: 64
          description: The version of the policy with which this generation came into force.
      """;

  private CustomResourceDefinitions() {}

  /** Texts by the names of their files. */
  static Map<String, String> all() {
    Map<String, String> files = new LinkedHashMap<>();
    for (CustomKind kind : CustomKind.values()) {
      files.put(kind.plural() + "." + CustomKind.GROUP + ".yaml", text(kind));
    }
    return files;
  }

  private static String text(CustomKind kind) {
    try {
      return HEAD + YAML.writeValueAsString(definition(kind));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static ObjectNode definition(CustomKind kind) throws JsonProcessingException {
    ObjectNode root = YAML.createObjectNode();
    root.put("apiVersion", "apiextensions.k8s.io/v1");
    root.put("kind", "CustomResourceDefinition");
    root.putObject("metadata").put("name", kind.plural() + "." + CustomKind.GROUP);
    ObjectNode spec = root.putObject("spec");
    spec.put("group", CustomKind.GROUP);
    ObjectNode names = spec.putObject("names");
    names.put("kind", kind.kind().word());
    names.put("listKind", kind.kind().word() + "List");
    names.put("plural", kind.plural());
    names.put("singular", kind.plural().substring(0, kind.plural().length() - 1));
    names.set("categories", StructuralSchema.texts(List.of("mintmark")));
    spec.put("scope", kind.namespaced() ? "Namespaced" : "Cluster");
    ObjectNode version = spec.putArray("versions").addObject();
    version.put("name", CustomKind.VERSION);
    version.put("served", true);
    version.put("storage", true);
    version.putObject("subresources").putObject("status");
    columns(kind.kind())
        .forEach(
            (name, path) ->
                version
                    .withArray("additionalPrinterColumns")
                    .addObject()
                    .put("name", name)
                    .put("type", name.equals("Age") ? "date" : "string")
                    .put("jsonPath", path));
    version.putObject("schema").set("openAPIV3Schema", schema(kind.kind()));
    return root;
  }

  private static ObjectNode schema(Kind kind) throws JsonProcessingException {
    JsonNode published = new ObjectMapper().readTree(Schemas.of(kind));
    StructuralSchema structural = new StructuralSchema(published.path("$defs").path("common"));
    ObjectNode schema = YAML.createObjectNode();
    schema.put("type", "object");
    schema.set("description", published.path("description"));
    schema.set("required", StructuralSchema.texts(List.of("spec")));
    ObjectNode properties = schema.putObject("properties");
    properties.putObject("apiVersion").put("type", "string");
    properties.putObject("kind").put("type", "string");
    properties.putObject("metadata").put("type", "object");
    ObjectNode spec = structural.convert(published.path("properties").path("spec"));
    if (kind == Kind.RESOURCE) {
      // the older of two resources has an audience, so an old one must not come to another's
      StructuralSchema.rule(
          (ObjectNode) spec.path("properties").path("audience"),
          "self == oldSelf",
          "an audience is a resource's for as long as it exists; delete it and make another");
    }
    properties.set("spec", spec);
    properties.set("status", YAML.readTree(CONDITIONS));
    return schema;
  }

  private static Map<String, String> columns(Kind kind) {
    Map<String, String> columns = new LinkedHashMap<>();
    switch (kind) {
      case TRUST_DOMAIN -> columns.put("Accepts", ".spec.accepts");
      case ISSUER -> {
        columns.put("Type", ".spec.type");
        columns.put("Issuer", ".spec.issuer");
      }
      case RESOURCE -> columns.put("Audience", ".spec.audience");
      case WORKLOAD -> {
        columns.put("ID", ".spec.id");
        columns.put("Owner", ".spec.owner");
      }
      case GRANT -> {
        columns.put("Workload", ".spec.workload");
        columns.put("Resource", ".spec.issue.accessToken.resource");
      }
      case GUARDRAIL -> columns.put("Owner", ".spec.owner");
      case POLICY_TEST, SIDECAR, INJECTOR ->
          throw new IllegalStateException(kind + " is no custom resource");
    }
    columns.put("Compiled", ".status.conditions[?(@.type==\"Compiled\")].status");
    columns.put("In force", ".status.conditions[?(@.type==\"InForce\")].status");
    columns.put("Age", ".metadata.creationTimestamp");
    return columns;
  }
}

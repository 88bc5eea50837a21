package io.mintmark.documents;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.resource.DisallowSchemaLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The published JSON Schemas (draft 2020-12), one a kind. */
public final class Schemas {
  /** The address under which the schemas are published. */
  public static final String BASE = "https://mintmark.io/schemas/v1/";

  private static final String COMMON = "common.json";

  /** Parts that schemas refer to by name. */
  private static final List<String> PARTS =
      List.of(
          COMMON,
          "sidecar-credential.json",
          "sidecar-exec.json",
          "sidecar-files.json",
          "sidecar-proxy.json",
          "sidecar-sockets.json");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<Kind, JsonSchema> schemas = new EnumMap<>(Kind.class);

  private Schemas() {
    JsonSchemaFactory factory =
        JsonSchemaFactory.getInstance(
            SpecVersion.VersionFlag.V202012,
            builder ->
                builder.schemaLoaders(
                    loaders ->
                        loaders
                            .values(List::clear)
                            .schemas(
                                PARTS.stream()
                                    .collect(Collectors.toMap(part -> BASE + part, Schemas::text)))
                            .add(DisallowSchemaLoader.getInstance())));
    SchemaValidatorsConfig config =
        SchemaValidatorsConfig.builder()
            .pathType(PathType.JSON_POINTER)
            .locale(Locale.ROOT)
            .regularExpressionFactory(Schemas::wholeString)
            .build();
    for (Kind kind : Kind.values()) {
      JsonSchema schema =
          factory.getSchema(SchemaLocation.of(BASE + kind.schema()), tree(kind.schema()), config);
      schema.initializeValidators();
      schemas.put(kind, schema);
    }
  }

  /**
   * A kind's schema as one self-contained JSON document, what it refers to bundled within ({@code
   * $defs}, 2020-12 section 9.3).
   */
  public static String of(Kind kind) {
    try {
      ObjectNode schema = (ObjectNode) tree(kind.schema());
      ObjectNode parts = schema.putObject("$defs");
      for (String part : PARTS) {
        if (part.equals(COMMON) || kind == Kind.SIDECAR) {
          parts.set(part.substring(0, part.length() - ".json".length()), tree(part));
        }
      }
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(schema);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("schema of " + kind + " is damaged", e);
    }
  }

  /**
   * Every pattern of the schemas is written from {@code ^} to {@code $}. In Java's {@code find()} a
   * {@code $} would also match before a final line break, which JSON Schema's does not.
   */
  private static RegularExpression wholeString(String regex) {
    Pattern pattern = Pattern.compile(regex);
    return value -> pattern.matcher(value).matches();
  }

  static Set<ValidationMessage> validate(Kind kind, JsonNode document) {
    JsonSchema schema = Loaded.SCHEMAS.schemas.get(kind);
    if (schema == null) {
      throw new IllegalStateException("no schema for " + kind);
    }
    return schema.validate(document);
  }

  /** The schema object that holds the keyword at a location; a missing node where there is none. */
  static JsonNode holder(SchemaLocation keyword) {
    String address = String.valueOf(keyword.getAbsoluteIri());
    if (!address.startsWith(BASE)) {
      return MissingNode.getInstance();
    }
    JsonNode node = tree(address.substring(BASE.length()));
    JsonNodePath path = keyword.getFragment();
    for (int i = 0; i < path.getNameCount() - 1; i++) {
      Object step = path.getElement(i);
      node = step instanceof Integer index ? node.path(index) : node.path(step.toString());
    }
    return node;
  }

  private static JsonNode tree(String name) {
    try {
      return JSON.readTree(text(name));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("schema " + name + " is damaged", e);
    }
  }

  private static String text(String name) {
    try (InputStream in = Schemas.class.getResourceAsStream("schema/" + name)) {
      if (in == null) {
        throw new IllegalStateException("schema " + name + " is missing from the build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Loads the schemas when they are first needed. */
  private static final class Loaded {
    static final Schemas SCHEMAS = new Schemas();
  }
}

package io.mintmark.documents;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The published JSON Schemas (draft 2020-12), one a kind. */
public final class Schemas {
  /** The address under which the schemas are published. */
  public static final String BASE = "https://mintmark.io/schemas/v1/";

  private static final String COMMON = "common.json";

  /** Parts that schemas refer to by name. */
  private static final List<String> PARTS =
      List.of(
          COMMON,
          "injector-profile.json",
          "sidecar-clients.json",
          "sidecar-cloud.json",
          "sidecar-credential.json",
          "sidecar-exec.json",
          "sidecar-files.json",
          "sidecar-proxy.json",
          "sidecar-sockets.json");

  private static SoftReference<Compiled> last = new SoftReference<>(null);

  private Schemas() {}

  /**
   * A kind's schema as one self-contained JSON document, what it refers to bundled within ({@code
   * $defs}, 2020-12 section 9.3).
   */
  public static String of(Kind kind) {
    try {
      ObjectNode schema = tree(kind.schema()).deepCopy();
      ObjectNode parts = schema.putObject("$defs");
      for (String part : PARTS) {
        if (part.equals(COMMON) || part.startsWith(stem(kind.schema()) + "-")) {
          parts.set(stem(part), tree(part));
        }
      }
      return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(schema);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("schema of " + kind + " is damaged", e);
    }
  }

  private static String stem(String file) {
    return file.substring(0, file.length() - ".json".length());
  }

  /** What a document does not meet, in the order of its schema. */
  static List<Violation> validate(Kind kind, JsonNode document) {
    List<Violation> found = new ArrayList<>();
    compiled(kind).check(document, "", found);
    return found;
  }

  /**
   * Compiled when needed, and forgotten where memory is short: a sidecar needs one of them once.
   */
  private static synchronized Schema compiled(Kind kind) {
    Compiled known = last.get();
    if (known == null) {
      known = new Compiled(new SchemaCompiler(Schemas::tree), new EnumMap<>(Kind.class));
      last = new SoftReference<>(known);
    }
    SchemaCompiler compiler = known.compiler();
    return known.schemas().computeIfAbsent(kind, one -> compiler.at(one.schema()));
  }

  private record Compiled(SchemaCompiler compiler, Map<Kind, Schema> schemas) {}

  /** JSON is YAML, and this reader is loaded already. */
  private static JsonNode tree(String name) {
    try {
      return YamlReader.read(name, text(name)).getFirst().root();
    } catch (YamlSyntax e) {
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

  /** Loaded when a schema is to be printed. */
  private static final class Json {
    static final ObjectMapper MAPPER = new ObjectMapper();
  }
}

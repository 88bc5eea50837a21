package io.mintmark.documents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Documents that are objects of an API and lie in no folder. They name no files: whoever may write
 * such an object need not be one who may have the broker read, or send, what is on its disk.
 */
public final class ObjectReader {
  private static final String API_VERSION = "mintmark.io/v1";
  private static final Set<String> FILES = Set.of("file", "caFile", "bootstrap", "tokenFile");
  private static final int MAX_PROBLEMS = 20;

  private ObjectReader() {}

  /**
   * Reads what an object says of policy: its name and its {@code spec}; the rest of its metadata
   * and its status are passed over.
   *
   * @param namespace null for an object of the whole cluster
   * @param name the name that the object has in the API
   * @throws DocumentErrors with the path of each field that is wrong
   */
  public static Document read(Kind kind, @Nullable String namespace, String name, JsonNode spec)
      throws DocumentErrors {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("apiVersion", API_VERSION);
    root.put("kind", kind.word());
    ObjectNode metadata = root.putObject("metadata").put("name", name);
    if (!spec.isMissingNode()) {
      root.set("spec", spec);
    }
    String qualified = namespace == null ? name : namespace + "/" + name;
    Document.Positions positions = new Paths(label(kind, qualified));
    List<Problem> problems = new ArrayList<>();
    for (Violation violation : Schemas.validate(kind, root)) {
      problems.add(Sentences.problem(violation, positions));
    }
    if (kind == Kind.TRUST_DOMAIN || kind == Kind.ISSUER) {
      files("/spec", spec, positions, problems);
    }
    if (!problems.isEmpty()) {
      throw new DocumentErrors(problems.stream().distinct().limit(MAX_PROBLEMS).toList());
    }
    if (namespace != null) {
      metadata.put("namespace", namespace);
    }
    return new Document(kind.word(), qualified, root, positions);
  }

  /** What stands for the file in an object's positions. */
  public static String label(Kind kind, String qualified) {
    return kind.word() + " " + qualified;
  }

  private static void files(
      String pointer, JsonNode node, Document.Positions positions, List<Problem> problems) {
    node.properties()
        .forEach(
            member -> {
              String below = Schema.member(pointer, member.getKey());
              if (FILES.contains(member.getKey()) && !pointer.equals("/spec/require")) {
                problems.add(
                    new Problem(
                        Problem.Severity.ERROR,
                        positions.at(below),
                        "a custom resource names no files: a document with \""
                            + member.getKey()
                            + "\" belongs into the policy folder"));
              } else if (member.getValue().isObject()) {
                files(below, member.getValue(), positions, problems);
              }
            });
  }

  /** Paths as Kubernetes writes them, such as {@code spec.issue.accessToken.scopes[0]}. */
  private record Paths(String label) implements Document.Positions {
    @Override
    public Position at(String pointer) {
      StringBuilder path = new StringBuilder();
      for (String step : pointer.split("/", -1)) {
        if (step.isEmpty()) {
          continue;
        }
        String name = Texts.printable(step.replace("~1", "/").replace("~0", "~"));
        if (!name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
          path.append('[').append(name).append(']');
        } else {
          path.append(path.isEmpty() ? "" : ".").append(name);
        }
      }
      return Position.inObject(label, path.toString());
    }
  }
}

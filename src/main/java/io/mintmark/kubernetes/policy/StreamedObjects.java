package io.mintmark.kubernetes.policy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Custom resources as they stream out of the API server, one at a time. What somebody wrote into
 * one of them, however large or deep, is that one's own trouble: it is told of as not read, and the
 * next one follows.
 */
final class StreamedObjects implements AutoCloseable {
  /** Characters of a {@code spec}, with eight for each value: a namespace's, and the platform's. */
  static final int MAX_SPEC = 64 * 1024;

  static final int MAX_SPEC_OF_PLATFORM = 256 * 1024;
  private static final int MAX_STATUS = 16 * 1024;
  private static final int MAX_NAME = 253;
  private static final int MAX_TEXT = 128;

  /** Continuation tokens are opaque; those of API servers have about 200 characters. */
  private static final int MAX_CONTINUE = 4_096;

  /** Above all that an API server stores, which lets 10,000 levels pass. */
  private static final int MAX_DEPTH = 100_000;

  private static final int MAX_TOKEN = 16 << 20;

  /** A table of names could be made to collide by whoever chooses them. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNameLength(MAX_TOKEN)
                  .maxStringLength(MAX_TOKEN)
                  .maxNumberLength(MAX_TOKEN)
                  .build())
          .build();

  private final CustomKind kind;
  private final JsonParser json;
  private final Bounded bounded = new Bounded();

  /**
   * One object of a list or an event.
   *
   * @param resource null where it has no name or is of no namespace, as a bookmark
   * @param version {@code metadata.resourceVersion}; empty where it has none
   * @param status missing where it has none, or one that is not read
   * @param weight about how many bytes of memory its spec and status take
   * @param code of the {@code Status} that an error is; else 0
   */
  record Item(
      @Nullable CustomResource resource, String version, JsonNode status, int weight, int code) {}

  /** One event of a watch. */
  record Event(String type, Item item) {}

  /**
   * The end of a page.
   *
   * @param next the token for the next page; empty where this was the last
   */
  record Page(String version, String next) {}

  StreamedObjects(CustomKind kind, InputStream body) throws IOException {
    this.kind = kind;
    this.json = JSON.createParser(new InputStreamReader(body, StandardCharsets.UTF_8));
  }

  /** Reads a list, and hands on each item before the next one is read. */
  Page page(Consumer<Item> each) throws IOException {
    expect(json.nextToken());
    Metadata metadata = Metadata.NONE;
    boolean whole = false;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (name.equals("items") && value == JsonToken.START_ARRAY) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          expect(json.currentToken());
          each.accept(object());
        }
        whole = true;
      } else if (name.equals("metadata") && value == JsonToken.START_OBJECT) {
        metadata = metadata();
      } else {
        json.skipChildren();
      }
    }
    if (!whole
        || json.currentToken() != JsonToken.END_OBJECT
        || metadata.version().isEmpty()
        || json.nextToken() != null) {
      throw new IOException("the API server answered with what is no list");
    }
    return new Page(metadata.version(), metadata.next());
  }

  /** The next event; null where the watch has ended. */
  @Nullable Event event() throws IOException {
    JsonToken start = json.nextToken();
    if (start == null) {
      return null;
    }
    expect(start);
    String type = "";
    Item item = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (name.equals("type")) {
        type = text(MAX_TEXT);
      } else if (name.equals("object") && value == JsonToken.START_OBJECT) {
        item = object();
      } else {
        json.skipChildren();
      }
    }
    if (item == null) {
      throw new IOException("the API server told of an event without an object");
    }
    return new Event(type, item);
  }

  @Override
  public void close() throws IOException {
    json.close();
  }

  private Item object() throws IOException {
    Metadata metadata = Metadata.NONE;
    Bounded.Value spec = Bounded.Value.NONE;
    Bounded.Value status = Bounded.Value.NONE;
    int code = 0;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (name.equals("metadata") && value == JsonToken.START_OBJECT) {
        metadata = metadata();
      } else if (name.equals("spec")) {
        spec = bounded.read(json, kind.namespaced() ? MAX_SPEC : MAX_SPEC_OF_PLATFORM);
      } else if (name.equals("status")) {
        status = bounded.read(json, MAX_STATUS);
      } else if (name.equals("code") && value == JsonToken.VALUE_NUMBER_INT) {
        code = json.getIntValue();
      } else {
        json.skipChildren();
      }
    }
    return new Item(
        metadata.resource(kind, spec),
        metadata.version(),
        status.node(),
        spec.weight() + status.weight(),
        code);
  }

  private Metadata metadata() throws IOException {
    String name = "";
    String namespace = "";
    String uid = "";
    long generation = 0;
    String created = "";
    String version = "";
    String next = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String member = json.currentName();
      JsonToken value = json.nextToken();
      switch (member) {
        case "name" -> name = text(MAX_NAME);
        case "namespace" -> namespace = text(MAX_NAME);
        case "uid" -> uid = text(MAX_TEXT);
        case "generation" ->
            generation = value == JsonToken.VALUE_NUMBER_INT ? json.getLongValue() : 0;
        case "creationTimestamp" -> created = text(MAX_TEXT);
        case "resourceVersion" -> version = text(MAX_TEXT);
        case "continue" -> next = text(MAX_CONTINUE);
        default -> json.skipChildren();
      }
    }
    return new Metadata(name, namespace, uid, generation, created, version, next);
  }

  /** The text at which the parser is; empty where it is none, or too long. */
  private String text(int most) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING && json.getTextLength() <= most) {
      return json.getText();
    }
    json.skipChildren();
    return "";
  }

  private static void expect(@Nullable JsonToken token) throws IOException {
    if (token != JsonToken.START_OBJECT) {
      throw new IOException("the API server answered with what is no object");
    }
  }

  private record Metadata(
      String name,
      String namespace,
      String uid,
      long generation,
      String created,
      String version,
      String next) {
    static final Metadata NONE = new Metadata("", "", "", 0, "", "", "");

    @Nullable CustomResource resource(CustomKind kind, Bounded.Value spec) {
      return name.isEmpty() || kind.namespaced() == namespace.isEmpty()
          ? null
          : new CustomResource(
              kind,
              kind.namespaced() ? namespace : null,
              name,
              uid,
              generation,
              created,
              spec.node(),
              spec.objection());
    }
  }
}

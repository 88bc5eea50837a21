package io.mintmark.sidecar.plan;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.documents.Document;
import io.mintmark.documents.DurationText;
import io.mintmark.documents.Problem;
import io.mintmark.sidecar.held.Wanted;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One part of a sidecar's document, which meets its schema. What is wrong beyond that is collected
 * with its place; values that could not be read are replaced, since a document with an error is
 * never used.
 */
public final class Section {
  private static final String UNIX = "unix://";

  /** What the kernel's address of a Unix socket holds. */
  private static final int MAX_SOCKET = 107;

  private static final String DELIVER = "/spec/deliver/";

  private final Document document;
  private final String pointer;
  private final Path folder;
  private final Map<String, Wanted> credentials;
  private final Used used;
  private final Consumer<Problem> problems;

  Section(
      Document document,
      String pointer,
      Path folder,
      Map<String, Wanted> credentials,
      Used used,
      Consumer<Problem> problems) {
    this.document = document;
    this.pointer = pointer;
    this.folder = folder;
    this.credentials = credentials;
    this.used = used;
    this.problems = problems;
  }

  /** The part at a name, there or not. */
  public Section at(String name) {
    return new Section(document, pointer + "/" + name, folder, credentials, used, problems);
  }

  /** The entries of a list; none where it is absent. */
  public List<Section> entries() {
    List<Section> entries = new ArrayList<>();
    for (int i = 0; i < node().size(); i++) {
      entries.add(at(Integer.toString(i)));
    }
    return entries;
  }

  public boolean present() {
    return !node().isMissingNode();
  }

  public boolean has(String name) {
    return at(name).present();
  }

  public JsonNode node() {
    return document.root().at(pointer);
  }

  /** A string; the other value where it is absent. */
  public String text(String name, String otherwise) {
    String text = at(name).node().textValue();
    return text == null ? otherwise : text;
  }

  /** A string that the schema requires. */
  public String text(String name) {
    return text(name, "");
  }

  public @Nullable String optional(String name) {
    return at(name).node().textValue();
  }

  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    at(name).node().forEach(one -> texts.add(one.asText()));
    return List.copyOf(texts);
  }

  public boolean flag(String name, boolean otherwise) {
    return at(name).node().asBoolean(otherwise);
  }

  public int number(String name, int otherwise) {
    return at(name).node().asInt(otherwise);
  }

  /** A number and one of {@code s m h d}; the other value where it is absent or too large. */
  public Duration duration(String name, Duration otherwise) {
    Duration duration = duration(name);
    return duration == null ? otherwise : duration;
  }

  /** A number and one of {@code s m h d}; null where it is absent. */
  public @Nullable Duration duration(String name) {
    String text = optional(name);
    // the schema lets no other text through
    return text == null ? null : DurationText.parse(text);
  }

  /** A path, relative to the document's folder. */
  public Path path(String name) {
    String text = text(name);
    try {
      return folder.resolve(text).normalize();
    } catch (InvalidPathException wrong) {
      error(name, "\"" + name + "\" is not a path");
      return folder;
    }
  }

  /** The path of a file that decides as the document does, so in whose hands it is counts too. */
  public Path relied(String name) {
    Path path = path(name);
    used.rely(path, document.at(pointer + "/" + name));
    return path;
  }

  /** The path of a Unix socket, written {@code unix:///path}. */
  public Path socket(String name) {
    String text = text(name);
    String path = text.startsWith(UNIX) ? text.substring(UNIX.length()) : "";
    try {
      if (path.startsWith("/") && path.getBytes(StandardCharsets.UTF_8).length <= MAX_SOCKET) {
        return Path.of(path).normalize();
      }
    } catch (InvalidPathException wrong) {
      // said below
    }
    error(name, "a Unix socket has the form unix:///path, of at most " + MAX_SOCKET + " bytes");
    return folder;
  }

  /** The credential that stands at a name, or whose name does. */
  public Wanted credential(String name) {
    Section given = at(name);
    if (given.node().isObject()) {
      return used.add(delivery(), Basics.wanted(given));
    }
    String wanted = text(name);
    Wanted found = credentials.get(wanted);
    if (found != null) {
      return used.add(wanted, found);
    }
    error(
        name,
        "there is no credential \""
            + wanted
            + "\"; "
            + (credentials.isEmpty()
                ? "spec.credentials names none"
                : "known are "
                    + String.join(", ", credentials.keySet().stream().sorted().toList())));
    return new Wanted.JwtSvid(List.of(), null);
  }

  /** The name of the delivery that this is a part of. */
  private String delivery() {
    if (!pointer.startsWith(DELIVER)) {
      return "exec";
    }
    int end = pointer.indexOf('/', DELIVER.length());
    String entry = end < 0 ? pointer : pointer.substring(0, end);
    return document.root().at(entry + "/name").asText();
  }

  public void error(String name, String message) {
    problems.accept(document.error(name.isEmpty() ? pointer : pointer + "/" + name, message));
  }

  /** An error at a line and column of the text at a name; both count from 1. */
  public void error(String name, int line, int column, String message) {
    problems.accept(
        new Problem(
            Problem.Severity.ERROR, document.within(pointer + "/" + name, line, column), message));
  }

  public void warning(String name, String message) {
    problems.accept(document.warning(name.isEmpty() ? pointer : pointer + "/" + name, message));
  }
}

package io.mintmark.documents;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects documents and every problem found in them, file by file. */
final class DocumentReader {
  /** A file's greatest size in bytes. */
  static final int MAX_BYTES = 1 << 20;

  private static final String API_VERSION = "mintmark.io/v1";
  private static final int MAX_PROBLEMS = 1000;

  private final Set<Kind> accepted;
  private final List<Document> documents = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private final Alike alike = new Alike();

  /** A reader of policy. */
  DocumentReader() {
    this(Kind.POLICY);
  }

  DocumentReader(Set<Kind> accepted) {
    this.accepted = Set.copyOf(accepted);
  }

  void read(String file, byte[] bytes) {
    parse(file, bytes).documents().forEach(this::add);
  }

  void read(String file, String text) {
    parse(file, text).documents().forEach(this::add);
  }

  /**
   * What a file holds.
   *
   * @param documents those that are valid; none of them is added
   * @param sound whether they all are, and nothing else is wrong with the file
   */
  record Parsed(List<Document> documents, boolean sound) {
    static final Parsed BROKEN = new Parsed(List.of(), false);
  }

  /** Reads a file, and keeps what is wrong with it. */
  Parsed parse(String file, byte[] bytes) {
    try {
      return parse(
          file, StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      error(file, "not UTF-8");
      return Parsed.BROKEN;
    }
  }

  private Parsed parse(String file, String text) {
    if (text.length() > MAX_BYTES) {
      error(file, "larger than 1 MiB");
      return Parsed.BROKEN;
    }
    List<Document> valid = new ArrayList<>();
    try {
      List<YamlReader.Tree> trees = YamlReader.read(file, withoutMark(text), alike);
      for (YamlReader.Tree tree : trees) {
        Document document = checked(tree);
        if (document != null) {
          valid.add(document);
        }
      }
      return new Parsed(valid, valid.size() == trees.size());
    } catch (YamlSyntax e) {
      error(new Position(file, e.line(), e.column()), String.valueOf(e.getMessage()));
      return Parsed.BROKEN;
    }
  }

  void add(Document document) {
    documents.add(document);
  }

  void error(String file, String message) {
    error(new Position(file, 1, 1), message);
  }

  void error(Position position, String message) {
    add(new Problem(Problem.Severity.ERROR, position, message));
  }

  void add(Problem problem) {
    if (problems.size() < MAX_PROBLEMS) {
      problems.add(problem);
    }
  }

  /** All documents; throws where anything was wrong. */
  DocumentSet done(DocumentSet.Attachments attachments) throws DocumentErrors {
    List<Document> sorted = Digest.sorted(documents);
    findTwice(sorted);
    if (!problems.isEmpty()) {
      throw new DocumentErrors(problems.stream().sorted(BY_PLACE).toList());
    }
    return new DocumentSet(documents, attachments, Digest.ofSorted(sorted));
  }

  /**
   * By order and not by a map: a hundred thousand entries that live as long as a load does are
   * copied by the collector while requests wait.
   */
  private void findTwice(List<Document> sorted) {
    Document first = null;
    for (Document document : sorted) {
      if (first == null
          || !first.name().equals(document.name())
          || !first.kind().equals(document.kind())) {
        first = document;
      } else {
        error(
            document.at("/metadata/name"),
            document.kind()
                + " \""
                + document.name()
                + "\" is already at "
                + first.at("/metadata/name"));
      }
    }
  }

  static String key(Document document) {
    return document.kind() + "/" + document.name();
  }

  /** A document; null where it is not valid, and why is kept. */
  private @Nullable Document checked(YamlReader.Tree tree) {
    JsonNode root = tree.root();
    SourceMap source = tree.source();
    if (!root.isObject()) {
      error(source.at(""), "a document must have the fields apiVersion, kind, metadata and spec");
      return null;
    }
    String apiVersion = root.path("apiVersion").asText();
    if (!apiVersion.equals(API_VERSION)) {
      error(
          source.at("/apiVersion"),
          "apiVersion must be \""
              + API_VERSION
              + "\", not \""
              + Texts.printable(apiVersion)
              + "\"");
      return null;
    }
    String word = root.path("kind").asText();
    Optional<Kind> kind = Kind.ofWord(word);
    if (kind.isEmpty() || !accepted.contains(kind.get())) {
      error(source.at("/kind"), unknown(word));
      return null;
    }
    List<Problem> found = new ArrayList<>();
    for (Violation violation : Schemas.validate(kind.get(), root)) {
      found.add(Sentences.problem(violation, source));
    }
    if (found.isEmpty()) {
      return new Document(
          kind.get().word(), root.path("metadata").path("name").asText(), root, source);
    }
    found.stream().distinct().forEach(this::add);
    return null;
  }

  private String unknown(String kind) {
    String sentence =
        "kind \""
            + Texts.printable(kind)
            + (accepted.equals(Kind.POLICY)
                ? "\" is not a policy document"
                : "\" is not known here");
    List<String> words = Kind.words(accepted);
    return Texts.nearest(kind, words)
        .map(nearest -> sentence + "; did you mean \"" + nearest + "\"?")
        .orElseGet(() -> sentence + "; known are " + String.join(", ", words));
  }

  private static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private static final Comparator<Problem> BY_PLACE =
      Comparator.comparing(
          Problem::position,
          Comparator.comparing(Position::file)
              .thenComparingInt(Position::line)
              .thenComparingInt(Position::column));
}

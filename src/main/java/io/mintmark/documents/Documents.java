package io.mintmark.documents;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Documents that are not a folder's. */
public final class Documents {
  private Documents() {}

  /** Documents in a text; {@code name} stands where a file's name would in messages. */
  public static DocumentSource parse(String name, String text) {
    return parse(name, text, Map.of());
  }

  /** Documents in a text, with the files that they name by {@code file:}. */
  public static DocumentSource parse(String name, String text, Map<String, byte[]> files) {
    Map<String, byte[]> attached = Map.copyOf(files);
    return () -> {
      DocumentReader reader = new DocumentReader();
      reader.read(name, text);
      return reader.done((document, pointer, path) -> attached(attached, document, pointer, path));
    };
  }

  /**
   * The one document of a file, which must be of a kind.
   *
   * @throws DocumentErrors with the place of whatever is wrong, an unreadable file included
   */
  public static Document only(Path file, Kind kind) throws DocumentErrors {
    return only(file, kind, _ -> null);
  }

  /** What is wrong with a file's content before it is looked into, in a sentence. */
  public interface Objection {
    @Nullable String to(byte[] content);
  }

  /** The same of a file whose content somebody may object to: it is then not looked into. */
  public static Document only(Path file, Kind kind, Objection objection) throws DocumentErrors {
    String name = file.toString();
    DocumentReader reader = new DocumentReader(Set.of(kind));
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(DocumentReader.MAX_BYTES + 1);
      String wrong = objection.to(content);
      if (wrong == null) {
        reader.read(name, content);
      } else {
        reader.error(name, wrong);
      }
    } catch (NoSuchFileException absent) {
      reader.error(name, "does not exist");
    } catch (IOException unreadable) {
      reader.error(name, "cannot be read");
    }
    return only(name, reader);
  }

  /**
   * The one document of a text, which must be of a kind; {@code name} stands where a file's would.
   *
   * @throws DocumentErrors with the place of whatever is wrong
   */
  public static Document only(String name, String text, Kind kind) throws DocumentErrors {
    DocumentReader reader = new DocumentReader(Set.of(kind));
    reader.read(name, text);
    return only(name, reader);
  }

  private static Document only(String name, DocumentReader reader) throws DocumentErrors {
    List<Document> documents =
        reader
            .done((document, pointer, path) -> attached(Map.of(), document, pointer, path))
            .documents();
    if (documents.size() != 1) {
      reader.error(name, "must hold one document, not " + documents.size());
      reader.done((document, pointer, path) -> attached(Map.of(), document, pointer, path));
    }
    return documents.getFirst();
  }

  /** The documents of several sources as one set; a name may occur only once in all of them. */
  public static DocumentSource combined(List<DocumentSource> sources) {
    List<DocumentSource> parts = List.copyOf(sources);
    return () -> {
      DocumentReader reader = new DocumentReader();
      Map<String, DocumentSet.Attachments> attachments = new HashMap<>();
      for (DocumentSource part : parts) {
        try {
          DocumentSet set = part.load();
          for (Document document : set.documents()) {
            reader.add(document);
            attachments.putIfAbsent(DocumentReader.key(document), set.attachments());
          }
        } catch (DocumentErrors e) {
          e.problems().forEach(reader::add);
        }
      }
      return reader.done(
          (document, pointer, path) -> {
            DocumentSet.Attachments of = attachments.get(DocumentReader.key(document));
            if (of == null) {
              throw unreadable(document, pointer, path, "is not part of this set of documents");
            }
            return of.read(document, pointer, path);
          });
    };
  }

  static DocumentErrors unreadable(Document document, String pointer, String path, String why) {
    return new DocumentErrors(
        List.of(document.error(pointer, "file \"" + Texts.printable(path) + "\" " + why)));
  }

  private static byte[] attached(
      Map<String, byte[]> files, Document document, String pointer, String path)
      throws DocumentErrors {
    byte[] bytes = files.get(path);
    if (bytes == null) {
      throw unreadable(document, pointer, path, "does not exist");
    }
    return bytes.clone();
  }
}

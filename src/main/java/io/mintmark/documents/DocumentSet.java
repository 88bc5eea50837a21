package io.mintmark.documents;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * All documents of one moment, each valid by its schema, names unique within a kind.
 *
 * @param digest lower-case hex SHA-256 over all documents, the same for the same documents in any
 *     order of files
 */
public record DocumentSet(List<Document> documents, Attachments attachments, String digest) {
  public DocumentSet {
    documents = List.copyOf(documents);
  }

  /**
   * These documents, and after them others, which name no files. Names must be unique within a kind
   * in all of them.
   */
  public DocumentSet and(List<Document> others) {
    if (others.isEmpty()) {
      return this;
    }
    List<Document> all = new ArrayList<>(documents);
    all.addAll(others);
    Set<Document> fileless = Collections.newSetFromMap(new IdentityHashMap<>());
    fileless.addAll(others);
    return new DocumentSet(
        all,
        (document, pointer, path) -> {
          if (fileless.contains(document)) {
            throw Documents.unreadable(document, pointer, path, "is not in the policy folder");
          }
          return attachments.read(document, pointer, path);
        },
        Digest.of(all));
  }

  /** Those of a kind, in their order; the list is the caller's own. */
  public List<Document> ofKind(String kind) {
    List<Document> found = new ArrayList<>();
    for (Document document : documents) {
      if (document.kind().equals(kind)) {
        found.add(document);
      }
    }
    return found;
  }

  /** Reads what documents name by {@code file:}. */
  public interface Attachments {
    /**
     * The bytes (at most 1 MiB) of a file named relative to the document and never outside the
     * policy folder, not through a symbolic link either.
     *
     * @throws DocumentErrors with the pointer's position where it cannot be read
     */
    byte[] read(Document document, String pointer, String relativePath) throws DocumentErrors;
  }
}

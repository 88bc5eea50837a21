package io.mintmark.documents;

import java.util.List;

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

  public List<Document> ofKind(String kind) {
    return documents.stream().filter(document -> document.kind().equals(kind)).toList();
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

package io.mintmark.documents;

/** Port: where documents come from. */
public interface DocumentSource {
  DocumentSet load() throws DocumentErrors;
}

package io.mintmark.documents;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * The {@code *.yaml} and {@code *.yml} files of a folder; its subfolders are not searched, and
 * names that begin with a dot are passed over. Symbolic links are followed as far as they stay in
 * the folder, since Kubernetes mounts a ConfigMap as links, and everything read must be in hands
 * that are trusted.
 *
 * <p>At most 10,000 files of 1 MiB each, 128 MiB in all. An empty folder is an empty set, which
 * grants nothing; a missing one is an error.
 */
public final class FolderSource implements DocumentSource {
  private static final int MAX_FILES = 10_000;
  private static final long MAX_TOTAL_BYTES = 128L << 20;

  private final Path folder;
  private final ConfinedFiles files;
  private KnownFiles known = new KnownFiles();

  /** A folder in anybody's hands. */
  public FolderSource(Path folder) {
    this(folder, Custody.ANYBODY);
  }

  public FolderSource(Path folder, Custody custody) {
    this.folder = folder;
    this.files = new ConfinedFiles(folder, custody);
  }

  public Path folder() {
    return folder;
  }

  @Override
  public synchronized DocumentSet load() throws DocumentErrors {
    DocumentReader reader = new DocumentReader();
    KnownFiles found = new KnownFiles();
    try {
      String objection = files.objection();
      if (objection != null) {
        reader.error(folder.toString(), "policy folder " + objection);
        return reader.done(this::attachment);
      }
      List<Path> documents = documents();
      if (documents.size() > MAX_FILES) {
        reader.error(folder.toString(), "has more than " + MAX_FILES + " documents' files");
        return reader.done(this::attachment);
      }
      long total = 0;
      for (Path file : documents) {
        try {
          byte[] bytes = files.read(file, DocumentReader.MAX_BYTES);
          total += bytes.length;
          if (total > MAX_TOTAL_BYTES) {
            reader.error(folder.toString(), "holds more than 128 MiB of documents");
            break;
          }
          found.read(file.toString(), bytes, reader, known);
        } catch (ConfinedFiles.Unreadable e) {
          reader.error(file.toString(), String.valueOf(e.getMessage()));
        }
      }
    } catch (NoSuchFileException e) {
      reader.error(folder.toString(), "policy folder does not exist");
    } catch (IOException e) {
      reader.error(folder.toString(), "policy folder cannot be read: " + ConfinedFiles.reason(e));
    }
    known = found;
    return reader.done(this::attachment);
  }

  /**
   * Warnings of documents that lie in subfolders, where they are not read: a guardrail there would
   * guard nothing.
   */
  public List<Problem> passedOver() {
    List<Problem> warnings = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (!entry.getFileName().toString().startsWith(".") && Files.isDirectory(entry)) {
          try (DirectoryStream<Path> documents = Files.newDirectoryStream(entry, "*.{yaml,yml}")) {
            for (Path document : documents) {
              warnings.add(
                  new Problem(
                      Problem.Severity.WARNING,
                      new Position(document.toString(), 1, 1),
                      "documents in subfolders are not read"));
            }
          }
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    warnings.sort(Comparator.comparing(problem -> problem.position().file()));
    return warnings;
  }

  /**
   * Changes when a file is added, removed, replaced or written; reads no contents. Empty where the
   * folder cannot be listed.
   */
  String fingerprint() {
    StringBuilder print = new StringBuilder();
    try {
      for (Path file : documents()) {
        print.append(file.getFileName()).append('\0');
        try {
          BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
          print
              .append(file.toRealPath())
              .append('\0')
              .append(attributes.fileKey())
              .append('\0')
              .append(attributes.size())
              .append('\0')
              .append(attributes.lastModifiedTime().toInstant())
              .append('\0');
        } catch (IOException e) {
          print.append("?\0");
        }
      }
    } catch (IOException e) {
      return "";
    }
    return print.toString();
  }

  private List<Path> documents() throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (!name.startsWith(".") && (name.endsWith(".yaml") || name.endsWith(".yml"))) {
          found.add(entry);
          if (found.size() > MAX_FILES) {
            break;
          }
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    Collections.sort(found);
    return found;
  }

  /**
   * The bytes of a file in the folder, checked anew at each call: what was a file when documents
   * were compiled may be a link by now.
   *
   * @throws IOException with the reason in words for operators, without the file's name
   */
  public byte[] read(String relativePath, int maxBytes) throws IOException {
    try {
      return files.read(within(relativePath), maxBytes);
    } catch (ConfinedFiles.Unreadable e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private byte[] attachment(Document document, String pointer, String path) throws DocumentErrors {
    try {
      return files.read(within(path), DocumentReader.MAX_BYTES);
    } catch (ConfinedFiles.Unreadable e) {
      throw Documents.unreadable(document, pointer, path, String.valueOf(e.getMessage()));
    }
  }

  private Path within(String path) throws ConfinedFiles.Unreadable {
    Path relative;
    try {
      relative = Path.of(path);
    } catch (InvalidPathException e) {
      throw new ConfinedFiles.Unreadable("is not a file's name");
    }
    if (relative.isAbsolute()) {
      throw new ConfinedFiles.Unreadable("must be relative to its document");
    }
    for (Path step : relative) {
      if (step.toString().equals("..")) {
        throw new ConfinedFiles.Unreadable("must not be outside the policy folder");
      }
    }
    return folder.resolve(relative);
  }
}

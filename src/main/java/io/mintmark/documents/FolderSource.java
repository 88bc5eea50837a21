package io.mintmark.documents;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * The {@code *.yaml} and {@code *.yml} files of a folder; its subfolders are not searched, and
 * names that begin with a dot are passed over. Symbolic links are followed as far as they stay in
 * the folder, since Kubernetes mounts a ConfigMap as links.
 *
 * <p>At most 10,000 files of 1 MiB each, 128 MiB in all. An empty folder is an empty set, which
 * grants nothing; a missing one is an error.
 */
public final class FolderSource implements DocumentSource {
  private static final int MAX_FILES = 10_000;
  private static final long MAX_TOTAL_BYTES = 128L << 20;

  private final Path folder;

  public FolderSource(Path folder) {
    this.folder = folder;
  }

  public Path folder() {
    return folder;
  }

  @Override
  public DocumentSet load() throws DocumentErrors {
    DocumentReader reader = new DocumentReader();
    try {
      Path root = folder.toRealPath();
      List<Path> files = files();
      if (files.size() > MAX_FILES) {
        reader.error(folder.toString(), "has more than " + MAX_FILES + " documents' files");
        return reader.done(this::attachment);
      }
      long total = 0;
      for (Path file : files) {
        try {
          byte[] bytes = readWithin(root, file);
          total += bytes.length;
          if (total > MAX_TOTAL_BYTES) {
            reader.error(folder.toString(), "holds more than 128 MiB of documents");
            break;
          }
          reader.read(file.toString(), bytes);
        } catch (Unreadable e) {
          reader.error(file.toString(), String.valueOf(e.getMessage()));
        }
      }
    } catch (NoSuchFileException e) {
      reader.error(folder.toString(), "policy folder does not exist");
    } catch (IOException e) {
      reader.error(folder.toString(), "policy folder cannot be read: " + reason(e));
    }
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
      for (Path file : files()) {
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

  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (!name.startsWith(".") && (name.endsWith(".yaml") || name.endsWith(".yml"))) {
          files.add(entry);
          if (files.size() > MAX_FILES) {
            break;
          }
        }
      }
    }
    Collections.sort(files);
    return files;
  }

  private byte[] attachment(Document document, String pointer, String path) throws DocumentErrors {
    try {
      Path relative = Path.of(path);
      if (relative.isAbsolute()) {
        throw new Unreadable("must be relative to its document");
      }
      for (Path step : relative) {
        if (step.toString().equals("..")) {
          throw new Unreadable("must not be outside the policy folder");
        }
      }
      return readWithin(folder.toRealPath(), folder.resolve(relative));
    } catch (InvalidPathException e) {
      throw Documents.unreadable(document, pointer, path, "is not a file's name");
    } catch (Unreadable e) {
      throw Documents.unreadable(document, pointer, path, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw Documents.unreadable(document, pointer, path, "cannot be read: " + reason(e));
    }
  }

  /** Reads a file that lies in {@code root} once every link on the way to it is resolved. */
  private static byte[] readWithin(Path root, Path file) throws Unreadable {
    try {
      Path real = file.toRealPath();
      if (!real.startsWith(root)) {
        throw new Unreadable("is a link to outside the policy folder");
      }
      if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
        throw new Unreadable("is not a file");
      }
      return readBounded(real);
    } catch (NoSuchFileException e) {
      throw new Unreadable("does not exist");
    } catch (IOException e) {
      throw new Unreadable("cannot be read: " + reason(e));
    }
  }

  private static byte[] readBounded(Path file) throws IOException, Unreadable {
    Set<OpenOption> options = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    try (SeekableByteChannel channel = Files.newByteChannel(file, options)) {
      long size = channel.size();
      if (size > DocumentReader.MAX_BYTES) {
        throw new Unreadable("is larger than 1 MiB");
      }
      ByteBuffer buffer = ByteBuffer.allocate((int) size + 1);
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
      if (!buffer.hasRemaining()) {
        throw new Unreadable("was changed while it was read");
      }
      return Arrays.copyOf(buffer.array(), buffer.position());
    }
  }

  private static String reason(IOException e) {
    return Texts.printable(
        e instanceof AccessDeniedException ? "permission denied" : e.getMessage());
  }

  /** A file that may not or cannot be read; the message says why. */
  private static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String message) {
      super(message);
    }
  }
}

package io.mintmark.sidecar.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Names that nobody guesses for what is half made, and their end after a crash. */
final class Leftovers {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String MARK = ".mintmark-";
  private static final String DIGITS = "[0-9a-f]{32}";

  private Leftovers() {}

  static Path scratch(Path folder, String stem) {
    byte[] bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    return folder.resolve(stem + MARK + HexFormat.of().formatHex(bytes));
  }

  static boolean isScratch(String name, String stem) {
    return name.startsWith(stem + MARK) && name.substring((stem + MARK).length()).matches(DIGITS);
  }

  /** Removes what has such a name, except one. */
  static void clear(Path folder, String stem, String except) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (isScratch(name, stem) && !name.equals(except)) {
          delete(entry);
        }
      }
    }
  }

  /** A file, a link, or a folder of files; links are never followed. */
  static void delete(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
        for (Path entry : entries) {
          if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(entry);
          }
        }
      } catch (NoSuchFileException | NotDirectoryException gone) {
        return;
      }
    }
    Files.deleteIfExists(path);
  }

  /** What can be put in another's place: nothing, a file, or a link, which is not followed. */
  static void requireReplaceable(Path path) throws IOException {
    boolean absent = Files.notExists(path, LinkOption.NOFOLLOW_LINKS);
    if (!absent
        && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
        && !Files.isSymbolicLink(path)) {
      throw new IOException("\"" + path + "\" is there and is no regular file");
    }
  }
}

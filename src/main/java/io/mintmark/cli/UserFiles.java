package io.mintmark.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files and folders that a command line names; every failure is a sentence with the name in it. */
public final class UserFiles {
  private static final int MAX_BYTES = 1 << 20;

  private UserFiles() {}

  /** The bytes of a file of at most 1 MiB that is not empty; {@code -} is standard input. */
  public static byte[] read(Path file) throws IOException {
    boolean standard = file.toString().equals("-");
    byte[] bytes;
    try (InputStream in = standard ? InputStream.nullInputStream() : Files.newInputStream(file)) {
      bytes = (standard ? System.in : in).readNBytes(MAX_BYTES + 1);
    } catch (IOException failed) {
      throw new IOException(sentence(file, failed), failed);
    }
    if (bytes.length == 0 || bytes.length > MAX_BYTES) {
      throw new IOException(
          (standard ? "standard input" : "\"" + file + "\"")
              + (bytes.length == 0 ? " is empty" : " is larger than 1 MiB"));
    }
    return bytes;
  }

  /** Makes a folder and those above it where they are not there. */
  public static void makeFolder(Path folder) throws IOException {
    try {
      Files.createDirectories(folder);
    } catch (FileAlreadyExistsException file) {
      throw new IOException("\"" + folder + "\" is no folder", file);
    } catch (IOException failed) {
      throw new IOException("folder \"" + folder + "\" cannot be made: " + reason(failed), failed);
    }
    if (!Files.isWritable(folder)) {
      throw new IOException("folder \"" + folder + "\" cannot be written");
    }
  }

  private static String sentence(Path file, IOException failed) {
    return failed instanceof NoSuchFileException
        ? "there is no file \"" + file + "\""
        : "\"" + file + "\" cannot be read: " + reason(failed);
  }

  private static String reason(IOException failed) {
    String said =
        failed instanceof FileSystemException named ? named.getReason() : failed.getMessage();
    return switch (failed) {
      case AccessDeniedException _ -> "no permission";
      case NoSuchFileException _ -> "no such folder";
      case IOException _ -> said == null ? failed.getClass().getSimpleName() : said;
    };
  }
}

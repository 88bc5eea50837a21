package io.mintmark.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What went wrong, for whoever typed the command. */
final class Mistakes {
  private Mistakes() {}

  static String oneLine(Exception exception) {
    String message = exception.getMessage();
    String text =
        switch (exception) {
          case NoSuchFileException absent -> "there is no file \"" + absent.getFile() + "\"";
          case AccessDeniedException denied -> "no right to use \"" + denied.getFile() + "\"";
          case FileAlreadyExistsException there -> "\"" + there.getFile() + "\" is there already";
          case FileSystemException named when named.getReason() != null ->
              "\"" + named.getFile() + "\" cannot be used: " + named.getReason();
          default -> message == null ? exception.getClass().getSimpleName() : message;
        };
    return text.replaceAll("\\s+", " ");
  }
}

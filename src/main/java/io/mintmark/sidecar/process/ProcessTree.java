package io.mintmark.sidecar.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * All that one program started. Who forks twice or opens a session of its own is no descendant any
 * more, so what is left is known by a mark in its environment (Linux).
 */
final class ProcessTree {
  private static final Path PROC = Path.of("/proc");
  private static final int MAX_ENVIRONMENT = 128 * 1024;
  private static final int PASSES = 5;

  private ProcessTree() {}

  /** Ends them all; what is born while they are ended is ended too. */
  static void kill(Process process, String mark) {
    for (int pass = 0; pass < PASSES; pass++) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      List<ProcessHandle> strays = marked(mark);
      strays.forEach(ProcessHandle::destroyForcibly);
      if (strays.isEmpty()) {
        return;
      }
    }
  }

  private static List<ProcessHandle> marked(String mark) {
    List<ProcessHandle> marked = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path entry : entries) {
        if (carries(entry, mark)) {
          ProcessHandle.of(Long.parseLong(String.valueOf(entry.getFileName())))
              .ifPresent(marked::add);
        }
      }
    } catch (IOException | DirectoryIteratorException absent) {
      return marked;
    }
    return marked;
  }

  private static boolean carries(Path entry, String mark) {
    try (InputStream in = Files.newInputStream(entry.resolve("environ"))) {
      return new String(in.readNBytes(MAX_ENVIRONMENT), StandardCharsets.ISO_8859_1).contains(mark);
    } catch (IOException othersOrGone) {
      return false;
    }
  }
}

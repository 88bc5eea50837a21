package io.mintmark.cli.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * What a process has used.
 *
 * @param processor time of all its threads since it started
 * @param residentBytes 0 where this system does not say
 */
record Usage(Duration processor, long residentBytes) {
  static Usage of(ProcessHandle process) {
    return new Usage(
        process.info().totalCpuDuration().orElse(Duration.ZERO), resident(process.pid()));
  }

  private static long resident(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException | UncheckedIOException elsewhere) {
      return 0;
    }
  }
}

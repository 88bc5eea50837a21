package io.mintmark.cli.bench.load;

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
 * @param storedBytes of its ledger; 0 for who has none
 */
public record Usage(Duration processor, long residentBytes, long storedBytes) {
  public static Usage of(ProcessHandle process) {
    return new Usage(
        process.info().totalCpuDuration().orElse(Duration.ZERO), resident(process.pid()), 0);
  }

  public Usage storing(long bytes) {
    return new Usage(processor, residentBytes, bytes);
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

package io.mintmark.cli;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** How long a command waits for a sidecar's deliveries. */
final class TimeLimit {
  private static final Duration DEFAULT = Duration.ofSeconds(60);

  private TimeLimit() {}

  /** A number and {@code s} or {@code m}, up to an hour; 60 s where it is absent. */
  static Duration of(CommandSpec spec, @Nullable String text) {
    if (text == null) {
      return DEFAULT;
    }
    if (!text.matches("[1-9][0-9]{0,3}[sm]")) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--timeout \"" + text + "\" has not the form 30s or 2m");
    }
    long number = Long.parseLong(text, 0, text.length() - 1, 10);
    return text.endsWith("m") ? Duration.ofMinutes(number) : Duration.ofSeconds(number);
  }

  /** One line that says what is missing. */
  static String notReady(boolean stopped, Duration limit, List<String> reasons) {
    return "mintmark: "
        + (stopped
            ? "stopped before all was in place"
            : "not ready within " + limit.toSeconds() + " s")
        + ": "
        + String.join("; ", reasons);
  }
}

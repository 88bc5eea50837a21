package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packaged demonstration, ended from outside. */
final class DemoIT {
  private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
  private static final Map<String, Integer> NUMBERS = Map.of("INT", 2, "TERM", 15);

  @TempDir Path temporary;

  /** Those that reach a child: a shell starts what it runs in the background deaf to INT. */
  static Stream<String> signals() throws IOException {
    Path status = Path.of("/proc/self/status");
    long ignored = 0;
    if (Files.exists(status)) {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("SigIgn:")) {
          ignored = Long.parseUnsignedLong(line.substring(7).strip(), 16);
        }
      }
    }
    long deaf = ignored;
    return NUMBERS.keySet().stream()
        .sorted()
        .filter(name -> (deaf & 1L << NUMBERS.get(name) - 1) == 0);
  }

  @ParameterizedTest
  @MethodSource("signals")
  void aSignalEndsItWithoutAWordAndItLeavesNothingBehind(String signal) throws Exception {
    Process demo =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.io.tmpdir=" + temporary,
                "-jar",
                JAR.toString(),
                "demo")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader err = demo.errorReader()) {
      List<String> said = new ArrayList<>();
      said.add(err.readLine());
      assertThat(said.getFirst()).contains("stays up at").contains("until Ctrl-C");
      new ProcessBuilder("kill", "-" + signal, Long.toString(demo.pid())).start().waitFor();
      err.lines().forEach(said::add);
      assertThat(said).hasSize(1);
      assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(demo.exitValue()).isEqualTo(128 + NUMBERS.get(signal));
      try (Stream<Path> left = Files.list(temporary)) {
        assertThat(left).isEmpty();
      }
    } finally {
      demo.destroyForcibly();
    }
  }
}

package io.mintmark.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every test that the threat model names must exist, or a claim stands without its proof. */
final class ThreatModelTest {
  private static final Pattern NAMED = Pattern.compile("[A-Za-z0-9]+Test\\.[a-z][A-Za-z0-9]+");
  private static final int FEWEST = 50;

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    List<String> named =
        Stream.of(Files.readString(Path.of("docs/threat-model.md")).split("`", -1))
            .filter(word -> NAMED.matcher(word).matches())
            .toList();
    Map<String, Path> sources = sources();
    List<String> missing = new ArrayList<>();
    for (String name : named) {
      String[] parts = name.split("\\.", 2);
      Path source = sources.get(parts[0] + ".java");
      if (source == null || !Files.readString(source).contains(" void " + parts[1] + "(")) {
        missing.add(name);
      }
    }
    assertThat(missing).isEmpty();
    assertThat(named).hasSizeGreaterThan(FEWEST);
  }

  private static Map<String, Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      return files
          .filter(file -> file.toString().endsWith("Test.java"))
          .collect(
              Collectors.toMap(
                  file -> file.getFileName().toString(), Function.identity(), (a, b) -> a));
    }
  }
}

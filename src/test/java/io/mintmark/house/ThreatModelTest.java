package io.mintmark.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every test that the threat model names must exist, or a claim stands without its proof. */
final class ThreatModelTest {
  private static final Pattern NAMED =
      Pattern.compile("[A-Za-z0-9]+(?:Test|Contract)\\.[a-z][A-Za-z0-9]+");
  private static final int FEWEST = 50;

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    List<String> named =
        Stream.of(Files.readString(Path.of("docs/threat-model.md")).split("`", -1))
            .filter(word -> NAMED.matcher(word).matches())
            .toList();
    Map<String, List<Path>> sources = sources();
    List<String> missing = new ArrayList<>();
    for (String name : named) {
      String[] parts = name.split("\\.", 2);
      boolean there = false;
      for (Path source : sources.getOrDefault(parts[0] + ".java", List.of())) {
        there |= Files.readString(source).contains(" void " + parts[1] + "(");
      }
      if (!there) {
        missing.add(name);
      }
    }
    assertThat(missing).isEmpty();
    assertThat(named).hasSizeGreaterThan(FEWEST);
  }

  private static Map<String, List<Path>> sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .collect(Collectors.groupingBy(file -> file.getFileName().toString()));
    }
  }
}

package io.mintmark.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page that people read says what the build holds. */
class ArchitectureTest {
  private static final Pattern ROW = Pattern.compile("\\| `([a-z.]+)` \\|[^|]+\\|([^|]+)\\|");
  private static final Pattern NAME = Pattern.compile("`([A-Za-z.]+)`");

  @Test
  void theTablesInTheDocsAreThoseThatTheBuildHolds() throws IOException {
    assertThat(documented("## Rooms")).isEqualTo(new TreeMap<>(Imports.MAY_IMPORT));
    assertThat(documented("## Rooms of the sidecar"))
        .isEqualTo(new TreeMap<>(Imports.WITHIN_SIDECAR));
  }

  private static Map<String, Set<String>> documented(String heading) throws IOException {
    Map<String, Set<String>> documented = new TreeMap<>();
    boolean inside = false;
    for (String line : Files.readAllLines(Path.of("docs/architecture.md"))) {
      inside = line.startsWith("## ") ? line.equals(heading) : inside;
      Matcher row = ROW.matcher(line);
      if (inside && row.matches()) {
        documented.put(
            row.group(1),
            NAME.matcher(row.group(2))
                .results()
                .map(name -> name.group(1))
                .collect(Collectors.toUnmodifiableSet()));
      }
    }
    return documented;
  }

  @Test
  void everyDecisionIsListed() throws IOException {
    String list = Files.readString(Path.of("docs/adr/README.md"));
    try (var files = Files.list(Path.of("docs/adr"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> !name.equals("README.md"))
          .isNotEmpty()
          .allSatisfy(name -> assertThat(list).contains("(" + name + ")"));
    }
  }
}

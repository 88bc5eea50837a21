package io.mintmark.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What can be seen only in the sources: sizes and package annotations. */
class SourcesTest {
  private static final Path MAIN = Path.of("src/main/java");
  private static final Path TESTS = Path.of("src/test/java");

  @Test
  void everyPackageIsNullMarked() throws IOException {
    List<Path> packages =
        javaFiles(MAIN).stream().map(Path::getParent).distinct().sorted().toList();
    assertThat(packages)
        .isNotEmpty()
        .allSatisfy(
            folder ->
                assertThat(folder.resolve("package-info.java")).content().contains("@NullMarked"));
  }

  @Test
  void noFileIsLongerThanFiveHundredLines() throws IOException {
    List<String> tooLong =
        Stream.concat(javaFiles(MAIN).stream(), javaFiles(TESTS).stream())
            .filter(file -> lines(file) > 500)
            .map(file -> file + " has " + lines(file) + " lines")
            .toList();
    assertThat(tooLong).isEmpty();
  }

  @Test
  void mostFilesAreShort() throws IOException {
    List<Integer> sizes = javaFiles(MAIN).stream().map(SourcesTest::lines).sorted().toList();
    assertThat(sizes.get(sizes.size() / 2)).as("median").isLessThanOrEqualTo(90);
    assertThat(sizes.get(sizes.size() * 9 / 10)).as("nine in ten").isLessThanOrEqualTo(300);
  }

  private static List<Path> javaFiles(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  private static int lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return Math.toIntExact(lines.count());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

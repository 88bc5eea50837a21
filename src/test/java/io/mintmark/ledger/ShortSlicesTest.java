package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShortSlicesTest {
  @Test
  void theThreadThatAsksRunsInShortSlicesAndNoOtherDoes() throws Exception {
    Optional<String> others = slice();
    try (ExecutorService one = Executors.newSingleThreadExecutor()) {
      ShortSlices slices = new ShortSlices();
      assertThat(one.submit(slices::ask).get()).as("not prepared").isFalse();
      slices.load();
      boolean taken = one.submit(slices::ask).get();

      if (others.isEmpty() || !heedsWishes()) { // nothing shows what became of the wish
        return;
      }
      assertThat(taken).isTrue();
      assertThat(one.submit(ShortSlicesTest::slice).get()).contains("100000");
      assertThat(slice()).isEqualTo(others);
    }
  }

  /** Before 6.12 Linux may show a slice too, but takes the wish for another and ignores it. */
  private static boolean heedsWishes() {
    int[] version =
        Stream.of(System.getProperty("os.version").split("\\D+"))
            .limit(2)
            .mapToInt(Integer::parseInt)
            .toArray();
    return Arrays.compare(version, new int[] {6, 12}) >= 0;
  }

  private static Optional<String> slice() throws IOException {
    Path file = Path.of("/proc/thread-self/sched");
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith("se.slice"))
          .map(line -> line.replaceFirst(".*:\\s*", ""))
          .findFirst();
    }
  }
}

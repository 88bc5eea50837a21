package io.mintmark.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nobody fills the disk by what their documents are called. */
final class RecordsTest {
  @Test
  void aRecordNamesAFewOfTheGrantsThatApplied() {
    List<String> names =
        IntStream.range(100, 330).mapToObj(n -> "evil/" + n + "x".repeat(240)).toList();
    List<String> applied = Records.applied(names);
    assertThat(applied).hasSize(17).startsWith(names.getFirst()).endsWith("and 214 more");
    assertThat(Records.applied(names.subList(0, 16))).isEqualTo(names.subList(0, 16));
  }
}

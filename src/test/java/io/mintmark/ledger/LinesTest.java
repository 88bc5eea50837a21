package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines as they are told apart, and what is looked at in each. */
class LinesTest {
  private static Lines of(String text, int longest) {
    return new Lines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), longest);
  }

  private static Lines line(String text) throws IOException {
    Lines lines = of("before\n" + text + "\n", RecordLine.LONGEST);
    assertThat(lines.next() && lines.next()).isTrue();
    return lines;
  }

  @Test
  void linesAreToldApartWhereverTheBufferEnds() throws IOException {
    StringBuilder text = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (int i = 0; text.length() < 400_000; i++) {
      expected.add("line " + i + "x".repeat(i * 7 % 50_000));
      text.append(expected.getLast()).append('\n');
    }
    text.append("torn");
    long consumed = 0;
    try (Lines lines = of(text.toString(), RecordLine.LONGEST)) {
      for (String line : expected) {
        assertThat(lines.next()).isTrue();
        assertThat(new String(lines.copy(), StandardCharsets.UTF_8)).isEqualTo(line);
        consumed += line.length() + 1;
        assertThat(lines.consumed()).isEqualTo(consumed);
      }
      assertThat(lines.next()).isFalse();
      assertThat(lines.length()).isEqualTo(4);
      assertThat(lines.consumed()).isEqualTo(consumed);
      assertThat(lines.next()).isFalse();
    }
  }

  @Test
  void aLineWithoutAnEndIsNotReadForEver() throws IOException {
    long[] read = {0};
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            read[0]++;
            return 'x';
          }
        };
    Lines lines = new Lines(endless, RecordLine.LONGEST);
    assertThat(lines.next()).isFalse();
    assertThat(read[0]).isLessThan(1 << 19);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"seq\":5; true",
        "{\"seq\":05; false",
        "{\"seq\":6; false",
        "{\"seq\":55; false",
        "{\"seq\":4; false",
        "{\"seq\":; false",
        "{\"seq\":-5; false",
        "{\"seq\": 5; false",
        "{\"sea\":5; false",
        "{\"seq\":9223372036854775807; false",
        "{\"seq\":18446744073709551621; false"
      })
  void aLineBeginsWithItsNumber(String cases) throws IOException {
    String[] head = cases.split("; ");
    Lines line = line(head[0] + ",\"time\":\"2026");
    if (Boolean.parseBoolean(head[1])) {
      assertThat(LineCheck.numbered(line, 5)).isEqualTo(head[0].length() + 9);
    } else {
      assertThatThrownBy(() -> LineCheck.numbered(line, 5)).isInstanceOf(UnusableLedger.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"seq\":0",
        "{\"seq\":0,\"tim",
        "{\"seq\":0,\"tine\":\"2026",
        "{\"seq\":0,\"time\":",
        "{\"seq\":",
        "{",
        ""
      })
  void aLineThatEndsTooSoonHasNoNumber(String text) throws IOException {
    Lines line = line(text);
    assertThatThrownBy(() -> LineCheck.numbered(line, 0)).isInstanceOf(UnusableLedger.class);
  }

  @Test
  void theFirstNumberIsAZeroOfItsOwn() throws IOException {
    assertThat(LineCheck.numbered(line("{\"seq\":0,\"time\":\""), 0)).isEqualTo(17);
    Lines doubled = line("{\"seq\":00,\"time\":\"");
    assertThatThrownBy(() -> LineCheck.numbered(doubled, 0)).isInstanceOf(UnusableLedger.class);
  }

  private static long retained(String rest) throws IOException {
    Lines line = line("{\"seq\":7,\"time\":\"2026-11-22T12:00:00.123Z" + rest);
    return LineCheck.retained(line, LineCheck.numbered(line, 7));
  }

  @Test
  void onlyARecordOfRetentionSaysWhatIsRetained() throws IOException {
    assertThat(retained("\",\"outcome\":\"retention\",\"count\":5}")).isEqualTo(5);
    assertThat(retained("\",\"outcome\":\"retention\"}")).isZero();
    assertThat(retained("\",\"outcome\":\"minted\",\"count\":5}")).isZero();
    assertThat(retained("\",\"outcome\":\"x\",\"outcome\":\"retention\",\"count\":5}")).isZero();
    assertThat(retained("\",\"outcome\":\"reten")).isZero();
  }

  private static String id(String text) throws IOException {
    List<String> found = new ArrayList<>();
    LineCheck.id(
        line(text),
        (buffer, at, length) -> found.add(new String(buffer, at, length, StandardCharsets.UTF_8)));
    assertThat(found).hasSizeLessThanOrEqualTo(1);
    return found.isEmpty() ? "none" : found.getFirst();
  }

  @Test
  void theIdOfALineIsThatOfItsTokenOrCertificate() throws IOException {
    assertThat(id("{\"seq\":1,\"jti\":\"abc\",\"x\":1}")).isEqualTo("abc");
    assertThat(id("{\"seq\":1,\"serial\":\"0a1b\"}")).isEqualTo("0a1b");
    assertThat(id("{\"seq\":1,\"jti\":\"a\\\\\\\"b\",\"x\":1}")).isEqualTo("a\\\\\\\"b");
    assertThat(id("{\"seq\":1,\"detail\":\"\\\",\\\"jti\\\":\\\"no\",\"jti\":\"yes\"}"))
        .isEqualTo("yes");
    assertThat(id("{\"seq\":1,\"jti\":\"cut")).isEqualTo("cut");
    assertThat(id("{\"seq\":1,\"jti\":\"cut\\")).isEqualTo("cut\\");
    assertThat(id("{\"seq\":1,\"jti\":\"")).isEmpty();
    assertThat(id("{\"seq\":1,\"jti\":")).isEqualTo("none");
    assertThat(id("{\"seq\":1,\"subject\":\"x\"}")).isEqualTo("none");
    assertThat(id("{\"seq\":1,\"")).isEqualTo("none");
  }
}

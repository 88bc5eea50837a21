package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.mintmark.ledger.tree.TreeHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordLineTest {
  private static String line(LedgerRecord entry, long seq) {
    Batch batch = new Batch(new TreeHash(), seq);
    batch.add(RecordLine.afterSeq(entry));
    String text = new String(batch.bytes(), 0, batch.length(), StandardCharsets.UTF_8);
    assertThat(text).endsWith("\n");
    return text.substring(0, text.length() - 1);
  }

  private static LedgerEntry parse(String line) throws IOException {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    return RecordParser.parse(bytes, 0, bytes.length);
  }

  @Test
  void aLineLooksLikeThisForEver() {
    assertThat(line(Records.minted(7, "because \"so\""), 42))
        .isEqualTo(
            "{\"seq\":42,\"time\":\"2026-11-22T12:00:07.123Z\",\"outcome\":\"minted\","
                + "\"decision_id\":\"decision-7\","
                + "\"workload\":\"spiffe://prod.example.org/ns/payments/sa/orders\","
                + "\"evidence\":{\"kind\":\"jwt-svid\",\"issuer\":\"prod.example.org\",\"sha256\":\""
                + "ab".repeat(32)
                + "\"},\"credential\":\"access-token\",\"resource\":\"https://ledger.example.org\","
                + "\"scopes\":[\"ledger:read\",\"ledger:write\"],\"lifetime\":300,\"jti\":\"jti-7\","
                + "\"subject\":\"spiffe://prod.example.org/ns/payments/sa/orders\","
                + "\"grants\":[\"orders-reads-ledger\"],\"policy\":\"sha256:"
                + "cd".repeat(32)
                + "\",\"source\":\"192.0.2.7\",\"detail\":\"because \\\"so\\\"\","
                + "\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"}");
  }

  @Test
  void aCertificateHasASerialAndASummaryACount() {
    LedgerRecord summary =
        new LedgerRecord(
            Records.NOON,
            "summary",
            "evidence-expired",
            null,
            "",
            null,
            null,
            "x509-svid",
            null,
            List.of(),
            null,
            "0a1b",
            null,
            List.of(),
            null,
            List.of(),
            null,
            null,
            9L,
            "policy-change");
    assertThat(line(summary, 0))
        .isEqualTo(
            "{\"seq\":0,\"time\":\"2026-11-22T12:00:00.123Z\",\"outcome\":\"summary\","
                + "\"reason\":\"evidence-expired\",\"credential\":\"x509-svid\","
                + "\"serial\":\"0a1b\",\"count\":9,\"action\":\"policy-change\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n",
        "a\r\nb",
        "\u0000",
        "\u001b[2J",
        "\u007f",
        "\u0085",
        "\u009b1m",
        "\u2028",
        "\u2029",
        "\u202e evil",
        "\u2066",
        "\ufeff",
        "\ud800",
        "\udc00x",
        "a\ud800",
        "\"",
        "\\",
        "\\u0000",
        "</script>",
        "\"}\n{\"seq\":43",
        "\u00e9\u00df\u4e2d",
        "\ud83d\ude00",
        "\udb40\udc01",
        "\t"
      })
  void hostileTextStaysOneLineOfPlainJson(String text) throws IOException {
    String line = line(Records.minted(1, text), 42);
    assertThat(line.chars())
        .noneMatch(c -> c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x202e);
    assertThat(new ObjectMapper().readTree(line).path("seq").asLong()).isEqualTo(42);
    String expected =
        text.replaceAll("[\ud800-\udfff](?<![\ud800-\udbff][\udc00-\udfff])", "\ufffd");
    if (text.codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff)) {
      assertThat(parse(line).record().detail()).isEqualTo(text);
    } else {
      assertThat(parse(line).record().detail()).contains("\ufffd").isNotEqualTo(expected + "x");
    }
  }

  @Test
  void whatIsWrittenReadsBackTheSame() throws IOException {
    Random random = new Random(3);
    for (int i = 0; i < 500; i++) {
      String text =
          random
              .ints(random.nextInt(1, 40), 1, 0xd7ff)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      LedgerRecord entry = Records.minted(i, text);
      LedgerEntry read = parse(line(entry, i));
      assertThat(read.seq()).isEqualTo(i);
      assertThat(line(read.record(), i)).as(text).isEqualTo(line(entry, i));
    }
  }

  @Test
  void aLongDetailIsKeptByItsHash() {
    String line = line(Records.minted(1, "x".repeat(70_000)), 1);
    assertThat(line).contains("\"detail\":\"sha256:").hasSizeLessThan(1_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\u0000", "\u4e2d", "\ud83d\ude00"})
  void noRecordIsLongerThanItMayBe(String piece) {
    String huge = piece.repeat(70_000);
    LedgerRecord entry =
        new LedgerRecord(
            Records.NOON,
            huge,
            huge,
            huge,
            huge,
            huge,
            new io.mintmark.workload.EvidenceSummary(null, huge, huge),
            huge,
            huge,
            List.of(huge, huge),
            1L,
            huge,
            huge,
            List.of(huge),
            huge,
            List.of(huge),
            huge,
            huge,
            1L,
            huge);
    assertThat(line(entry, Long.MAX_VALUE).getBytes(StandardCharsets.UTF_8))
        .hasSizeLessThanOrEqualTo(RecordLine.LONGEST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{}",
        "[]",
        "null",
        "5",
        "{\"seq\":\"5\"}",
        "{\"seq\":5.0}",
        "{\"seq\":6}",
        "{\"seq\":-5}",
        "{\"seq\":5}x",
        "{\"seq\":5}{}",
        "{\"seq\":5,\"seq\":5}",
        "{\"seq\":5,}",
        "{\"seq\":5",
        "{\"seq\":5,\"a\":\"\u0000\"}",
        "{'seq':5}",
        "{\"seq\":5e0}",
        "{\"seq\":99999999999999999999}",
        "{\"seq\":5,\"a\":NaN}",
        "{\"seq\":05}",
        "{\"seq\":5}",
        "{\"seq\":5,\"time\":\"2026-11-22T1rod.example.org\"}",
        "{\"seq\":6,\"time\":\"2026-11-22T12:00:00Z\"}",
        "[{\"seq\":5,\"time\":\"2026-11-22T12:00:00Z\"}]"
      })
  void aTornLineIsNoRecord(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    assertThat(RecordParser.isRecord(bytes, 0, bytes.length, 5)).isFalse();
  }

  /** "A" in two bytes, and a character past the last in four. */
  @ParameterizedTest
  @ValueSource(strings = {"\u00c1\u0081", "\u00f5\u0080\u0080\u0080", "\u00ff"})
  void aLineThatIsNoUtf8IsNoRecord(String bytes) {
    String line = "{\"seq\":5,\"time\":\"2026-11-22T12:00:00Z\",\"detail\":\"%s\"}";
    byte[] good = line.formatted("A").getBytes(StandardCharsets.ISO_8859_1);
    byte[] bad = line.formatted(bytes).getBytes(StandardCharsets.ISO_8859_1);
    assertThat(RecordParser.isRecord(good, 0, good.length, 5)).isTrue();
    assertThat(RecordParser.isRecord(bad, 0, bad.length, 5)).isFalse();
  }
}

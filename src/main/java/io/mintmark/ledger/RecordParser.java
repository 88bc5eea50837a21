package io.mintmark.ledger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.EvidenceSummary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads lines back. */
final class RecordParser {
  private static final ObjectReader JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(16).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();

  private RecordParser() {}

  /**
   * Whether the bytes can be read as record {@code seq}. What cannot would stop every reader of the
   * log for good, once a checkpoint covers it.
   */
  static boolean isRecord(byte[] buffer, int offset, int length, long seq) {
    try {
      return length <= RecordLine.LONGEST
          && tree(buffer, offset, length).path("seq").isIntegralNumber()
          && parse(buffer, offset, length).seq() == seq;
    } catch (IOException malformed) {
      return false;
    }
  }

  /**
   * @throws IOException if the line is not a record
   */
  static LedgerEntry parse(byte[] buffer, int offset, int length) throws IOException {
    JsonNode line = tree(buffer, offset, length);
    try {
      LedgerRecord entry =
          new LedgerRecord(
              Instant.parse(line.path("time").asText()),
              line.path("outcome").asText(),
              text(line, "reason"),
              text(line, "detail"),
              line.path("decision_id").asText(),
              text(line, "workload"),
              evidence(line.path("evidence")),
              text(line, "credential"),
              text(line, "resource"),
              texts(line, "scopes"),
              number(line, "lifetime"),
              line.has("serial") ? text(line, "serial") : text(line, "jti"),
              text(line, "subject"),
              texts(line, "grants"),
              text(line, "policy"),
              texts(line, "actors"),
              text(line, "source"),
              text(line, "traceparent"),
              number(line, "count"),
              text(line, "action"));
      return new LedgerEntry(line.path("seq").asLong(-1), entry);
    } catch (DateTimeException malformed) {
      throw new IOException("a line of the ledger is not a record", malformed);
    }
  }

  /** Jackson reads characters out of bytes that are none, such as those of a longer form. */
  private static JsonNode tree(byte[] buffer, int offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(buffer, offset, length);
    String line;
    try {
      line = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException malformed) {
      throw new IOException("a line of the ledger is not UTF-8", malformed);
    }
    return JSON.readTree(line);
  }

  private static @Nullable EvidenceSummary evidence(JsonNode node) {
    return node.isObject()
        ? new EvidenceSummary(
            EvidenceKind.ofWord(node.path("kind").asText()).orElse(null),
            text(node, "issuer"),
            node.path("sha256").asText())
        : null;
  }

  private static @Nullable String text(JsonNode node, String member) {
    JsonNode value = node.get(member);
    return value == null || value.isNull() ? null : value.asText();
  }

  private static @Nullable Long number(JsonNode node, String member) {
    JsonNode value = node.get(member);
    return value == null || !value.canConvertToLong() ? null : value.longValue();
  }

  private static List<String> texts(JsonNode node, String member) {
    List<String> values = new ArrayList<>();
    node.path(member).forEach(value -> values.add(value.asText()));
    return values;
  }
}

package io.mintmark.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Documents with bytes and pieces changed: they are refused with a place, and nothing else. */
class DocumentsFuzzTest {
  private static final String SEED_DOCUMENT =
      """
      # a comment
      apiVersion: mintmark.io/v1
      kind: Grant
      metadata: {name: orders-reads}
      spec:
        owner: "payments@example.org"
        workload: 'spiffe://prod.example.org/ns/*/sa/orders'
        evidence: [jwt-svid, x509-svid]
        issue:
          accessToken: {resource: ledger, scopes: [read, write], lifetime: 5m}
        when: |
          workload.environment == "prod" &&
            request.lifetime < duration("5m")
      ---
      apiVersion: mintmark.io/v1
      kind: Workload
      metadata: {name: orders}
      spec: {owner: a, id: spiffe://a/b, attributes: {n: 1, f: 1.5e3, t: true, z: "\\u00e9"}}
      """;
  private static final List<String> PIECES =
      List.of(
          "&a ",
          "*a",
          "!!str ",
          "!x ",
          "<<: ",
          "---\n",
          "...\n",
          "? ",
          "- ",
          ": ",
          "{",
          "}",
          "[",
          "]",
          "|",
          ">",
          "%YAML 1.1\n",
          "\t",
          "\"",
          "'",
          "#",
          "\\x",
          "null",
          "~",
          "1e999",
          "0x1F",
          "\uFEFF",
          "\u0085",
          "\u2028",
          "\r",
          "\n",
          "\ud83d\ude00",
          "metadata: ",
          "@",
          "`");

  @RepeatedTest(40)
  void mutatedDocumentsAreReadOrRefused(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    Random random = new Random(seed);
    for (int i = 0; i < 25; i++) {
      byte[] bytes = mutated(random);
      DocumentReader reader = new DocumentReader();
      reader.read("fuzz.yaml", bytes);
      try {
        DocumentSet set = reader.done((document, pointer, path) -> new byte[0]);
        assertThat(set.digest()).as("seed %d, round %d", seed, i).hasSize(64);
      } catch (DocumentErrors errors) {
        assertThat(errors.problems())
            .as("seed %d, round %d", seed, i)
            .isNotEmpty()
            .allMatch(problem -> problem.position().line() >= 1)
            .allMatch(problem -> problem.position().column() >= 1)
            .allMatch(problem -> problem.message().length() < 1_000)
            .allMatch(problem -> problem.message().chars().noneMatch(Character::isISOControl));
      } catch (RuntimeException bug) {
        throw new AssertionError("seed " + seed + ", round " + i, bug);
      }
    }
  }

  private static byte[] mutated(Random random) {
    StringBuilder text = new StringBuilder(SEED_DOCUMENT);
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(5)) {
        case 0 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
        case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(12)));
        case 2 -> text.setCharAt(at, (char) random.nextInt(0x100));
        case 3 -> text.insert(at, text.substring(at, Math.min(text.length(), at + 40)));
        default -> text.setLength(Math.max(1, at));
      }
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    if (random.nextInt(4) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }
}

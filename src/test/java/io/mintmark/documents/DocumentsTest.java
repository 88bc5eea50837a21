package io.mintmark.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DocumentsTest {
  private static final String GUARDRAIL =
      """
      apiVersion: mintmark.io/v1
      kind: Guardrail
      metadata: {name: a}
      spec:
        owner: platform
        deny: |
          workload.environment
            != resource.environment
        message: "stay"
      """;

  @Test
  void placesWithinATextAreFound() throws DocumentErrors {
    Document document = Documents.parse("g.yaml", GUARDRAIL).load().documents().getFirst();
    assertThat(document.at("/spec/deny")).hasToString("g.yaml:6:9");
    assertThat(document.within("/spec/deny", 2, 6)).hasToString("g.yaml:8:10");
    assertThat(document.within("/spec/message", 1, 3)).hasToString("g.yaml:9:15");
    assertThat(document.within("/spec/owner", 1, 3)).hasToString("g.yaml:5:12");
    assertThat(document.at("/spec/match/workload")).hasToString("g.yaml:5:3");
    assertThat(document.at("")).hasToString("g.yaml:1:1");
  }

  @Test
  void yaml11TrapsAreStrings() throws DocumentErrors {
    String yaml =
        """
        apiVersion: mintmark.io/v1
        kind: Workload
        metadata: {name: a}
        spec:
          owner: on
          id: spiffe://a/b
          environment: no
          classification: 2027-03-01
          attributes: {a: 010, b: 1_000, c: 0x10, d: 12:30, e: .inf, f: 7, g: true, h: Yes, i: True}
        """;
    var spec = Documents.parse("w", yaml).load().documents().getFirst().spec();
    assertThat(spec.path("environment").textValue()).isEqualTo("no");
    assertThat(spec.path("classification").textValue()).isEqualTo("2027-03-01");
    assertThat(spec.path("attributes").toString())
        .isEqualTo(
            "{\"a\":\"010\",\"b\":\"1_000\",\"c\":\"0x10\",\"d\":\"12:30\",\"e\":\".inf\",\"f\":7,"
                + "\"g\":true,\"h\":\"Yes\",\"i\":\"True\"}");
  }

  @Test
  void digestIsThatOfWhatDocumentsSay() throws DocumentErrors {
    String a = GUARDRAIL;
    String b = GUARDRAIL.replace("name: a", "name: b");
    String ab = digest(a + "---\n" + b);
    assertThat(ab).isEqualTo(digest("# a comment\n" + b + "\n---\n" + a)).hasSize(64);
    assertThat(ab).isNotEqualTo(digest(a));
    assertThat(ab).isNotEqualTo(digest(a + "---\n" + b.replace("stay", "stay ")));
    assertThat(digest("")).isNotEqualTo(digest(a));
  }

  @Test
  void emptyDocumentsAreNoDocuments() throws DocumentErrors {
    assertThat(Documents.parse("e", "").load().documents()).isEmpty();
    assertThat(Documents.parse("e", "---\n---\n# nothing\n").load().documents()).isEmpty();
    assertThat(Documents.parse("e", "\uFEFF" + GUARDRAIL).load().documents()).hasSize(1);
  }

  @Test
  void combinedSetsKeepTheirFilesAndRefuseANameTwice() throws DocumentErrors {
    DocumentSource a =
        Documents.parse("a", GUARDRAIL, Map.of("x", "1".getBytes(StandardCharsets.UTF_8)));
    DocumentSource b = Documents.parse("b", GUARDRAIL.replace("name: a", "name: b"));
    DocumentSet both = Documents.combined(List.of(a, b)).load();
    assertThat(both.documents()).hasSize(2);
    assertThat(both.attachments().read(both.documents().get(0), "/spec", "x")).hasSize(1);
    assertThatThrownBy(() -> both.attachments().read(both.documents().get(1), "/spec/owner", "x"))
        .hasMessage("b:5:10: error: file \"x\" does not exist");
    assertThatThrownBy(() -> Documents.combined(List.of(a, a)).load())
        .hasMessage("a:3:18: error: Guardrail \"a\" is already at a:3:18");
  }

  @Test
  void nestingHasALimit() {
    assertThatThrownBy(() -> Documents.parse("n", "a: " + "[".repeat(100_000)).load())
        .hasMessageContaining("nested deeper than 32");
    assertThatThrownBy(() -> Documents.parse("n", "{a: ".repeat(50_000)).load())
        .hasMessageContaining("nested deeper than 32");
  }

  @Test
  void aBillionLaughsAreNotLaughed() {
    StringBuilder yaml = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for (int i = 1; i < 12; i++) {
      yaml.append("a%d: &a%d [*a%d,*a%d,*a%d]\n".formatted(i, i, i - 1, i - 1, i - 1));
    }
    assertThatThrownBy(() -> Documents.parse("b", yaml.toString()).load())
        .hasMessage("b:1:5: error: anchors (&name) are not allowed");
  }

  @Test
  void longTextsAreRefused() {
    String yaml = GUARDRAIL.replace("platform", "x".repeat(70_000));
    assertThatThrownBy(() -> Documents.parse("l", yaml).load())
        .hasMessage("l:5:10: error: longer than 65536 characters");
    assertThatThrownBy(() -> Documents.parse("l", "#".repeat((1 << 20) + 1)).load())
        .hasMessage("l:1:1: error: larger than 1 MiB");
  }

  @Test
  void everySchemaIsPrintedWhole() {
    for (Kind kind : Kind.values()) {
      assertThat(Schemas.of(kind))
          .contains("\"$id\" : \"https://mintmark.io/schemas/v1/" + kind.schema() + "\"")
          .contains("\"$id\" : \"https://mintmark.io/schemas/v1/common.json\"");
    }
  }

  private static String digest(String yaml) throws DocumentErrors {
    return Documents.parse("d", yaml).load().digest();
  }
}

package io.mintmark.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.DocumentSet;
import io.mintmark.documents.Documents;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.WorkloadId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the policy page shows is what the code does. */
class PolicyPageTest {
  private static final Path PAGE = Path.of("docs/policy.md");

  @Test
  void itsDocumentsCompileAndItsTestsPass() throws IOException, DocumentErrors {
    DocumentSet documents = documents();
    assertThat(PolicyTests.run(compiled(documents), documents))
        .hasSize(3)
        .allSatisfy(result -> assertThat(result.differences()).as(result.name()).isEmpty());
  }

  @Test
  void itsExplanationIsTheRealOne() throws IOException, DocumentErrors {
    Instant sunday = Instant.parse("2026-11-22T09:00:00Z");
    Facts facts =
        new Facts(
            WorkloadId.parse(Given.ORDERS),
            EvidenceKind.JWT_SVID,
            "prod.example.org",
            Map.of(),
            sunday,
            sunday.plusSeconds(60),
            null,
            false);
    String text = compiled(documents()).explain(facts, Given.token(Given.LEDGER), sunday).text();
    assertThat(blocks("text").getFirst())
        .isEqualTo(text.replaceAll("policy    [0-9a-f]+", "policy    000000000000"));
  }

  @ParameterizedTest
  @MethodSource
  void itsConditionsCompile(String condition) {
    assertThat(Given.compile(Given.guardrail("g", "'" + condition + "'", "")))
        .isInstanceOf(Compilation.Compiled.class);
  }

  static List<String> itsConditionsCompile() throws IOException {
    String page = Files.readString(PAGE);
    String table = page.substring(page.indexOf("| to say | write |"), page.indexOf("## Tests"));
    return Pattern.compile("\\| `([^`]+)` \\|")
        .matcher(table)
        .results()
        .map(row -> row.group(1))
        .toList();
  }

  @Test
  void everyFieldOfAConditionIsListed() throws IOException {
    String page = Files.readString(PAGE);
    Vocabulary.VARIABLES.forEach(
        (variable, type) -> {
          String row =
              page.lines()
                  .filter(l -> l.startsWith("| `" + variable + "` |"))
                  .findFirst()
                  .orElseThrow();
          assertThat(type.fieldNames()).allMatch(field -> row.contains("`" + field + "`"));
        });
  }

  private static Policy compiled(DocumentSet documents) {
    return switch (Policy.compile(documents, Given.CONTEXT)) {
      case Compilation.Compiled(var policy, var warnings) -> policy;
      case Compilation.Rejected(var problems) -> throw new AssertionError(problems.toString());
    };
  }

  private static DocumentSet documents() throws IOException, DocumentErrors {
    return Documents.parse("policy.md", String.join("---\n", blocks("yaml"))).load();
  }

  private static List<String> blocks(String language) throws IOException {
    Matcher matcher =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(PAGE));
    return matcher.results().map(block -> block.group(1)).collect(Collectors.toList());
  }
}

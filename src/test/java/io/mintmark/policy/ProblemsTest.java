package io.mintmark.policy;

import static io.mintmark.documents.Problem.Severity.ERROR;
import static io.mintmark.documents.Problem.Severity.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.documents.Document;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.Documents;
import io.mintmark.documents.Position;
import io.mintmark.documents.Problem;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Broken documents take neither the memory nor the time of the others. */
final class ProblemsTest {
  private final Problems problems = new Problems();

  @Test
  void warningsHideNoError() {
    problems.begin();
    found(WARNING, 1_000);
    assertThat(problems.hasErrors()).isFalse();
    found(ERROR, 1_000);
    assertThat(problems.hasErrors()).isTrue();
    assertThat(problems.all()).hasSize(40).last().extracting(Problem::severity).isEqualTo(ERROR);
  }

  @Test
  void ofManyBrokenDocumentsEachIsNamed() {
    for (int i = 0; i < 10_000; i++) {
      problems.begin();
      found(ERROR, 256);
    }
    assertThat(problems.all()).hasSize(Problems.MANY + 10_000 - Problems.MANY / 20);
  }

  @Test
  void aConditionThatWasRefusedIsNotParsedAgain() throws DocumentErrors {
    Document document =
        Documents.parse("p.yaml", Given.guardrail("g", "workload.enviroment == 1", ""))
            .load()
            .documents()
            .getFirst();
    List<Problem> found = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      assertThat(new ConditionCompiler().compile(document, "/spec/deny", found::add)).isEmpty();
    }
    assertThat(found).hasSize(2);
    assertThat(found.getLast()).isEqualTo(found.getFirst());
    // the very sentence of the first time
    assertThat(found.getLast().message()).isSameAs(found.getFirst().message());
  }

  private void found(Problem.Severity severity, int times) {
    for (int i = 0; i < times; i++) {
      problems.accept(new Problem(severity, Position.inObject("Grant a/b", "spec"), "is wrong"));
    }
  }
}

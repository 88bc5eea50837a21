package io.mintmark.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.documents.Document;
import io.mintmark.documents.DocumentSet;
import io.mintmark.documents.Kind;
import io.mintmark.documents.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs the PolicyTest documents of a set against the policy compiled from it. */
public final class PolicyTests {
  private PolicyTests() {}

  /**
   * How one test ended.
   *
   * @param differences what was expected and what was decided; empty where the test passed
   * @param explanation of the request, for a test that failed
   */
  public record Result(
      String name, Position position, List<String> differences, Explanation explanation) {
    public Result {
      differences = List.copyOf(differences);
    }

    public boolean passed() {
      return differences.isEmpty();
    }
  }

  /** In the order of the documents. */
  public static List<Result> run(Policy policy, DocumentSet documents) {
    List<Result> results = new ArrayList<>();
    for (Document document : documents.ofKind(Kind.POLICY_TEST.word())) {
      TestCase.parse(
              document,
              problem -> {
                // the compiler has reported it: such documents make no policy
                throw new IllegalStateException(problem.toString());
              })
          .ifPresent(test -> results.add(result(policy, test)));
    }
    return results;
  }

  private static Result result(Policy policy, TestCase test) {
    Explanation explanation = policy.explain(test.facts(), test.ask(), test.time());
    JsonNode expect = test.document().spec().path("expect");
    Differences differences = new Differences(expect);
    differences.compare("outcome", explanation.granted() ? "granted" : "denied");
    differences.compare(
        "reason", explanation.reason() == null ? null : explanation.reason().word());
    differences.compare("guardrail", explanation.guardrail());
    Explanation.Given given = explanation.given();
    differences.compare("id", given == null ? null : given.id());
    differences.list("scopes", given == null ? List.of() : given.scopes());
    differences.list("audiences", given == null ? List.of() : given.audiences());
    differences.list("dnsNames", given == null ? List.of() : given.dnsNames());
    differences.list("grants", given == null ? List.of() : given.grants());
    differences.lifetime(given);
    return new Result(
        test.document().name(), test.document().at("/spec/expect"), differences.found, explanation);
  }

  /** Collects what differs; a field that the document leaves out is not compared. */
  private static final class Differences {
    private final JsonNode expect;
    private final List<String> found = new ArrayList<>();

    Differences(JsonNode expect) {
      this.expect = expect;
    }

    void compare(String field, @Nullable String actual) {
      String expected = Fields.text(expect, field);
      if (expected != null && !expected.equals(actual)) {
        differ(field, expected, actual == null ? "none" : actual);
      }
    }

    void list(String field, List<String> actual) {
      if (expect.has(field)) {
        List<String> expected = Fields.texts(expect.path(field)).stream().sorted().toList();
        if (!expected.equals(actual)) {
          differ(field, expected.toString(), actual.toString());
        }
      }
    }

    void lifetime(Explanation.@Nullable Given given) {
      Duration expected = Fields.duration(expect, "lifetime");
      if (expected != null) {
        Duration actual = Duration.ofSeconds(given == null ? 0 : given.lifetimeSeconds());
        if (!actual.equals(expected)) {
          differ("lifetime", Texts.duration(expected), Texts.duration(actual));
        }
      }
    }

    private void differ(String field, String expected, String actual) {
      found.add(field + ": expected " + expected + ", got " + actual);
    }
  }
}

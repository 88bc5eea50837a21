package io.mintmark.documents;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A schema of draft 2020-12, as far as the published ones go: a schema with any other keyword is
 * not taken. Compiled once, so that checking a document reads no schema.
 */
final class Schema {
  private final List<Rule> rules = new ArrayList<>();

  /** One keyword. */
  @FunctionalInterface
  interface Rule {
    void check(JsonNode value, String pointer, List<Violation> found);
  }

  void add(Rule rule) {
    rules.add(rule);
  }

  void check(JsonNode value, String pointer, List<Violation> found) {
    for (Rule rule : rules) {
      rule.check(value, pointer, found);
    }
  }

  boolean allows(JsonNode value, String pointer) {
    List<Violation> found = new ArrayList<>();
    check(value, pointer, found);
    return found.isEmpty();
  }

  /** A rule that says only whether a value meets it. */
  static Rule test(String keyword, JsonNode holder, Test test) {
    return (value, pointer, found) -> {
      if (!test.meets(value)) {
        found.add(new Violation(keyword, pointer, value, holder, null));
      }
    };
  }

  /** Whether a value meets a keyword; one of a type that the keyword is not about does. */
  @FunctionalInterface
  interface Test {
    boolean meets(JsonNode value);
  }

  static String member(String pointer, String name) {
    return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
  }

  /** Files of schemas by their name; one that is not there is a bug. */
  @FunctionalInterface
  interface Library {
    JsonNode find(String file);
  }
}

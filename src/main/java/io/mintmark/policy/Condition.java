package io.mintmark.policy;

import dev.cel.common.values.SelectableValue;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A checked CEL expression that is true or false. Safe to evaluate in many threads at once. */
final class Condition {
  private static final int MAX_SHOWN = 200;
  private static final List<String> REQUEST_RESOURCE = List.of("request", "resource");
  private static final List<String> REQUEST_AUDIENCE = List.of("request", "audience");

  private final String source;
  private final Program program;
  private final List<List<String>> paths;
  private final int steps;

  /**
   * @param paths what the expression reads, such as {@code [workload, environment]}
   * @param steps what an evaluation takes; about
   */
  Condition(String source, Program program, List<List<String>> paths, int steps) {
    this.source = source;
    this.program = program;
    this.paths = List.copyOf(paths);
    this.steps = steps;
  }

  /** How an evaluation ended. */
  sealed interface Answer {
    /** True. */
    record Yes() implements Answer {}

    /** False. */
    record No() implements Answer {}

    /** Neither: something that it reads has no value, or its cost was too high. */
    record Failed(String why) implements Answer {}
  }

  private static final Answer YES = new Answer.Yes();
  private static final Answer NO = new Answer.No();

  String source() {
    return source;
  }

  int steps() {
    return steps;
  }

  /** Whether it has a meaning only where a resource is asked for. */
  boolean namesResource() {
    return paths.stream()
        .anyMatch(
            path ->
                path.getFirst().equals(Vocabulary.RESOURCE_VARIABLE)
                    || path.equals(REQUEST_RESOURCE));
  }

  /** Whether it has a meaning only where one audience is asked for. */
  boolean namesAudience() {
    return paths.contains(REQUEST_AUDIENCE);
  }

  Answer ask(Question question) {
    try {
      return switch (program.eval(question)) {
        case Boolean value -> value ? YES : NO;
        default -> new Answer.Failed("is neither true nor false");
      };
    } catch (CelEvaluationException e) {
      return new Answer.Failed(why(e));
    } catch (RuntimeException e) {
      // whatever goes wrong in an expression refuses, as its author cannot have meant it
      return new Answer.Failed("cannot be evaluated: " + e.getClass().getSimpleName());
    }
  }

  /** What the expression read, as {@code workload.environment = "prod"}. */
  List<String> values(Question question) {
    List<String> values = new ArrayList<>();
    for (List<String> path : paths) {
      values.add(String.join(".", path) + shown(value(question, path)));
    }
    return values;
  }

  private static @Nullable Object value(Question question, List<String> path) {
    Object value = question.find(path.getFirst()).orElse(null);
    for (String step : path.subList(1, path.size())) {
      value =
          switch (value) {
            case View view -> ((SelectableValue<String>) view).find(step).orElse(null);
            case Map<?, ?> map -> map.get(step);
            case null, default -> null;
          };
    }
    return value;
  }

  private static String shown(@Nullable Object value) {
    return switch (value) {
      case null -> " has no value";
      case View ignored -> " is given";
      case String text -> " = \"" + Texts.shown(text, MAX_SHOWN) + "\"";
      case Object other -> " = " + Texts.shown(other.toString(), MAX_SHOWN);
    };
  }

  private static String why(CelEvaluationException e) {
    String message =
        Optional.ofNullable(e.getCause()).map(Throwable::getMessage).orElse(e.getMessage());
    return message == null ? "cannot be evaluated" : Texts.shown(message, MAX_SHOWN);
  }
}

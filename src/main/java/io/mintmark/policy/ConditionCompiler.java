package io.mintmark.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelEvaluationException;
import io.mintmark.documents.Document;
import io.mintmark.documents.Problem;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Compiles conditions, each text once: what many documents say, and what the policy in force says
 * already, needs no parser.
 */
final class ConditionCompiler {
  /**
   * Conditions that somebody holds, by their texts: of a policy of which one document changed, all
   * others need no parser. A text goes with the last policy that has it.
   */
  private static final Map<String, WeakReference<Condition>> HELD =
      Collections.synchronizedMap(new WeakHashMap<>());

  /**
   * What is wrong with conditions, by the texts of documents that somebody holds, so that the
   * broken ones need no parser at each change either.
   */
  private static final Map<JsonNode, List<Flaw>> REFUSED =
      Collections.synchronizedMap(new WeakHashMap<>());

  /** What a step may make or meet of large values, in texts of 64 characters. */
  private static final int SIZE_OF_A_STEP = 8;

  /** A list of unknown names has an issue for each of them. */
  private static final int MAX_FLAWS = 5;

  /**
   * What is wrong, in whatever document the text is.
   *
   * @param line from 1; 0 for all of the text
   */
  private record Flaw(int line, int column, String message) {
    Flaw(String message) {
      this(0, 0, message);
    }

    Problem of(Document document, String pointer) {
      return line == 0
          ? document.error(pointer, message)
          : new Problem(
              Problem.Severity.ERROR, document.within(pointer, line, column + 1), message);
    }
  }

  private final Expressions expressions = new Expressions();

  /** The condition at a pointer; empty where it has an error, which is then reported. */
  Optional<Condition> compile(Document document, String pointer, Consumer<Problem> problems) {
    JsonNode text = document.root().at(pointer);
    String source = text.asText();
    WeakReference<Condition> held = HELD.get(source);
    Condition known = held == null ? null : held.get();
    if (known != null) {
      return Optional.of(known);
    }
    List<Flaw> flaws = REFUSED.get(text);
    if (flaws == null) {
      List<Flaw> found = new ArrayList<>();
      Optional<Condition> condition = compile(source, found::add);
      if (condition.isPresent()) {
        // the key is the condition's own text, so that nothing else keeps it
        HELD.put(condition.get().source(), new WeakReference<>(condition.get()));
        return condition;
      }
      flaws = List.copyOf(found);
      REFUSED.put(text, flaws);
    }
    flaws.forEach(flaw -> problems.accept(flaw.of(document, pointer)));
    return Optional.empty();
  }

  private Optional<Condition> compile(String source, Consumer<Flaw> flaws) {
    CelValidationResult result = expressions.compile(source);
    if (result.hasError()) {
      result.getAllIssues().stream()
          .filter(issue -> issue.getSeverity() == CelIssue.Severity.ERROR)
          .limit(MAX_FLAWS)
          .forEach(issue -> flaws.accept(flaw(source, issue)));
      return Optional.empty();
    }
    try {
      return condition(source, result.getAst(), flaws);
    } catch (CelValidationException | CelEvaluationException e) {
      flaws.accept(new Flaw("condition: " + Texts.shown(String.valueOf(e.getMessage()), 300)));
      return Optional.empty();
    }
  }

  private static Optional<Condition> condition(
      String source, CelAbstractSyntaxTree ast, Consumer<Flaw> flaws)
      throws CelEvaluationException {
    if (!ast.getResultType().equals(SimpleType.BOOL)) {
      flaws.accept(
          new Flaw(
              "condition must be true or false, but is of type " + ast.getResultType().name()));
      return Optional.empty();
    }
    List<CelNavigableExpr> nodes = CelNavigableAst.fromAst(ast).getRoot().allNodes().toList();
    for (CelNavigableExpr node : nodes) {
      if (node.getKind() == ExprKind.Kind.COMPREHENSION
          && Stream.of(
                  node.expr().comprehension().iterVar(), node.expr().comprehension().iterVar2())
              .anyMatch(Vocabulary.VARIABLES::containsKey)) {
        flaws.accept(
            new Flaw(
                "condition: a loop's variable must not hide \"workload\", \"evidence\","
                    + " \"request\", \"delegation\" or \"resource\""));
        return Optional.empty();
      }
      if (node.getKind() == ExprKind.Kind.STRUCT) {
        flaws.accept(new Flaw("condition: objects cannot be made in a condition"));
        return Optional.empty();
      }
    }
    int sizes = Sizes.of(ast);
    if (sizes > Sizes.MOST) {
      flaws.accept(new Flaw("condition: its loops make values that are too large"));
      return Optional.empty();
    }
    List<List<String>> paths =
        nodes.stream().map(ConditionCompiler::path).filter(path -> !path.isEmpty()).toList();
    List<List<String>> longest =
        paths.stream()
            .distinct()
            .filter(path -> paths.stream().noneMatch(other -> extended(path, other)))
            .toList();
    int steps = Math.max(Steps.of(ast.getExpr(), nodes.size()), sizes / SIZE_OF_A_STEP);
    return Optional.of(new Condition(source, Expressions.program(ast), longest, steps));
  }

  private static boolean extended(List<String> path, List<String> other) {
    return other.size() > path.size() && other.subList(0, path.size()).equals(path);
  }

  /** {@code workload.environment} as its steps; empty for what does not begin at a variable. */
  private static List<String> path(CelNavigableExpr node) {
    ArrayDeque<String> steps = new ArrayDeque<>();
    CelExpr expr = node.expr();
    while (expr.getKind() == ExprKind.Kind.SELECT) {
      steps.addFirst(expr.select().field());
      expr = expr.select().operand();
    }
    if (expr.getKind() != ExprKind.Kind.IDENT
        || !Vocabulary.VARIABLES.containsKey(expr.ident().name())) {
      return List.of();
    }
    steps.addFirst(expr.ident().name());
    return List.copyOf(steps);
  }

  private static Flaw flaw(String source, CelIssue issue) {
    int line = Math.max(1, issue.getSourceLocation().getLine());
    int column = Math.max(0, issue.getSourceLocation().getColumn());
    String message = issue.getMessage();
    int candidates = message.indexOf(" (candidates");
    String said = candidates < 0 ? message : message.substring(0, candidates);
    return new Flaw(
        line,
        column,
        "condition: " + Texts.shown(said, 300) + known(source, line, column, message));
  }

  /** The fields that there are, where an unknown one was read. */
  private static String known(String source, int line, int column, String message) {
    if (message.contains("'matches'")) {
      return "; use startsWith, endsWith, contains or ==";
    }
    if (!message.startsWith("undefined field")) {
      return "";
    }
    List<String> lines = source.lines().toList();
    if (line > lines.size() || column > lines.get(line - 1).length()) {
      return "";
    }
    String before = lines.get(line - 1).substring(0, column);
    int start = before.length();
    while (start > 0 && Character.isLetter(before.charAt(start - 1))) {
      start--;
    }
    List<String> fields = Vocabulary.fieldsOf(before.substring(start));
    return fields.isEmpty() ? "" : "; known are " + String.join(", ", fields);
  }
}

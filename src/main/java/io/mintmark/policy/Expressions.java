package io.mintmark.policy;

import dev.cel.checker.CelChecker;
import dev.cel.checker.CelCheckerBuilder;
import dev.cel.checker.CelStandardDeclarations;
import dev.cel.checker.CelStandardDeclarations.StandardFunction;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.CelVarDecl;
import dev.cel.common.ast.CelExpr.ExprKind;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelParser;
import dev.cel.parser.CelParserFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.Program;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * CEL as conditions have it. An expression has at most 4,096 characters, 1,024 nodes and 32 levels,
 * and its loops make at most 1,000 steps in all.
 *
 * <p>A checker of {@code dev.cel} declares all of its functions anew for each expression, which
 * takes most of a compilation's time. So an expression is checked by one that has only the
 * functions that the expression calls: functions are found by name alone, so it means the same.
 *
 * <p>Used by one thread, for one set of documents.
 */
final class Expressions {
  /** Sets of functions for which a checker is kept; what calls others pays for its own. */
  static final int MAX_CHECKERS = 64;

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .enableHeterogeneousNumericComparisons(true)
          .maxExpressionCodePointSize(4_096)
          .maxParseRecursionDepth(32)
          .maxParseExpressionNodeCount(1_024)
          .comprehensionMaxIterations(Steps.MAX_LOOPS)
          .build();

  private final Map<Set<String>, CelChecker> checkers = new HashMap<>();

  /** Made when the first condition is met, since most commands meet none. */
  private static final class Cel {
    static final CelParser PARSER =
        CelParserFactory.standardCelParserBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .build();
    static final CelRuntime RUNTIME =
        CelRuntimeFactory.plannerRuntimeBuilder()
            .setOptions(OPTIONS)
            .setTypeProvider(Vocabulary.TYPES)
            .build();
  }

  /** Parsed and type-checked, or what is wrong. */
  CelValidationResult compile(String source) {
    CelValidationResult parsed = Cel.PARSER.parse(source);
    if (parsed.hasError()) {
      return parsed;
    }
    try {
      CelAbstractSyntaxTree tree = parsed.getAst();
      return checker(called(tree)).check(tree);
    } catch (CelValidationException e) {
      throw new IllegalStateException("a parser without errors has no tree", e);
    }
  }

  static Program program(CelAbstractSyntaxTree checked) throws CelEvaluationException {
    return Cel.RUNTIME.createProgram(checked);
  }

  /** How many checkers there are. */
  int checkers() {
    return checkers.size();
  }

  private CelChecker checker(Set<String> called) {
    CelChecker known = checkers.get(called);
    if (known != null) {
      return known;
    }
    CelChecker made = declaring(called);
    if (checkers.size() < MAX_CHECKERS) {
      checkers.put(called, made);
    }
    return made;
  }

  /** The names of all functions that an expression calls, its operators among them. */
  private static Set<String> called(CelAbstractSyntaxTree tree) {
    return CelNavigableAst.fromAst(tree)
        .getRoot()
        .allNodes()
        .filter(node -> node.getKind() == ExprKind.Kind.CALL)
        .map(node -> node.expr().call().function())
        .collect(Collectors.toSet());
  }

  /**
   * {@code matches} is never declared: patterns in policy are whole segments, and an expression
   * that is easily written to match too much or too little does not belong in a guardrail.
   */
  private static CelChecker declaring(Set<String> called) {
    CelStandardDeclarations functions =
        CelStandardDeclarations.newBuilder()
            .filterFunctions(
                (function, overload) ->
                    function != StandardFunction.MATCHES
                        && called.contains(function.functionName()))
            .build();
    CelCheckerBuilder builder =
        CelCompilerFactory.standardCelCheckerBuilder()
            .setOptions(OPTIONS)
            .setStandardEnvironmentEnabled(false)
            .setStandardDeclarations(functions)
            .setTypeProvider(Vocabulary.TYPES);
    Vocabulary.VARIABLES.forEach(
        (name, type) -> builder.addVarDeclarations(CelVarDecl.newVarDeclaration(name, type)));
    return builder.build();
  }
}

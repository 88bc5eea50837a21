package io.mintmark.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cel.checker.CelStandardDeclarations;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationResult;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionsTest {
  /** The compiler as the library makes it, with every function declared. */
  private static final CelCompiler WHOLE = whole();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "true",
        "workload.path.contains('payments') && workload.environment != 'prod'",
        "request.time.getDayOfWeek('Europe/Paris') in [1, 2, 3]",
        "request.time - duration('5m') > timestamp('2026-01-01T00:00:00Z')",
        "size(request.scopes) > 2 || request.scopes.exists(s, s.endsWith(':write'))",
        "request.scopes.all(s, s == 'read') ? delegation.depth < 3 : !has(workload.owner)",
        "request.scopes.map(s, s + '!').filter(s, s > 'a').size() == 1",
        "request.scopes.exists_one(s, s.startsWith('x'))",
        "workload.attributes['tier'] == 1 && workload.attributes.size() >= 1u",
        "int(workload.attributes.tier) % 2 == -1 || double('1.5') * 2.0 / 3.0 <= 1.0",
        "type(workload.path) == string && dyn(1) == 1.0",
        "bytes('a') == b'a' && string(1) == '1' && bool('true') && uint(1) == 1u",
        "workload",
        "1 + 'a' == 2",
        "workload.path.matches('^/ns')",
        "matches(workload.path, '^/ns')",
        "nobody.knows",
        "unknown(workload.path)",
        "workload.path.unknown('a')",
        "workload.pathh == 'a'",
        "workload.path.contains(1)",
        "duration(1)",
        "request.scopes.contains('read')",
        "1 && true",
        "!1",
        "[1, 2",
        "mintmark.Workload{path: 'a'}.path == 'a'",
        "has(workload)",
        "int",
      })
  void anExpressionMeansTheSameAsWithEveryFunctionDeclared(String source) throws Exception {
    CelValidationResult whole = WHOLE.compile(source);
    CelValidationResult own = new Expressions().compile(source);

    assertThat(own.getIssueString()).isEqualTo(whole.getIssueString());
    if (!whole.hasError()) {
      assertThat(own.getAst().getExpr()).isEqualTo(whole.getAst().getExpr());
      assertThat(own.getAst().getReferenceMap()).isEqualTo(whole.getAst().getReferenceMap());
      assertThat(own.getAst().getTypeMap()).isEqualTo(whole.getAst().getTypeMap());
    }
  }

  @Test
  void expressionsThatCallTheSameFunctionsShareTheirChecker() {
    Expressions expressions = new Expressions();
    for (int i = 0; i < 100; i++) {
      assertThat(
              expressions
                  .compile("workload.path != '/x/" + i + "' && delegation.depth < " + i)
                  .hasError())
          .isFalse();
    }
    assertThat(expressions.checkers()).isEqualTo(1);
  }

  @Test
  void textsThatEachCallOtherFunctionsLeaveABoundedNumberOfCheckers() {
    Expressions expressions = new Expressions();
    for (int i = 0; i < 2 * Expressions.MAX_CHECKERS; i++) {
      var _ = expressions.compile("invented" + i + "()");
    }
    assertThat(expressions.checkers()).isEqualTo(Expressions.MAX_CHECKERS);
    assertThat(expressions.compile("workload.path.startsWith('/ns')").hasError()).isFalse();
  }

  private static CelCompiler whole() {
    CelCompilerBuilder builder =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(
                CelOptions.current()
                    .enableHeterogeneousNumericComparisons(true)
                    .maxParseRecursionDepth(32)
                    .build())
            .setStandardEnvironmentEnabled(false)
            .setStandardDeclarations(
                CelStandardDeclarations.newBuilder()
                    .excludeFunctions(CelStandardDeclarations.StandardFunction.MATCHES)
                    .build())
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .setTypeProvider(Vocabulary.TYPES);
    Vocabulary.VARIABLES.forEach(builder::addVar);
    return builder.build();
  }
}

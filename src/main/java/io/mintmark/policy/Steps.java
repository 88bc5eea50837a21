package io.mintmark.policy;

import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelComprehension;
import java.util.Collection;
import java.util.stream.Stream;

/** How many nodes of an expression an evaluation meets, estimated from its text alone. */
final class Steps {
  /** What the loops of one evaluation make in all; the runtime ends it there. */
  static final int MAX_LOOPS = 1_000;

  /** What a loop over what is not in the text makes: more than requests are known to name. */
  private static final int UNKNOWN = 64;

  private static final long MOST = 1_000_000_000;

  private Steps() {}

  static int of(CelExpr expr, int nodes) {
    return (int) Math.min(steps(expr), (long) nodes * MAX_LOOPS);
  }

  private static long steps(CelExpr expr) {
    long below =
        switch (expr.getKind()) {
          case NOT_SET, CONSTANT, IDENT -> 0;
          case SELECT -> steps(expr.select().operand());
          case CALL -> sum(expr.call().args()) + sum(expr.call().target().stream().toList());
          case LIST -> sum(expr.list().elements());
          case STRUCT ->
              sum(expr.struct().entries().stream().map(CelExpr.CelStruct.Entry::value).toList());
          case MAP ->
              sum(
                  expr.map().entries().stream()
                      .flatMap(entry -> Stream.of(entry.key(), entry.value()))
                      .toList());
          case COMPREHENSION -> loop(expr.comprehension());
        };
    return Math.min(1 + below, MOST);
  }

  private static long loop(CelComprehension loop) {
    CelExpr range = loop.iterRange();
    long times =
        switch (range.getKind()) {
          case LIST -> range.list().elements().size();
          case MAP -> range.map().entries().size();
          case NOT_SET, CONSTANT, IDENT, SELECT, CALL, STRUCT, COMPREHENSION -> UNKNOWN;
        };
    return steps(range)
        + steps(loop.accuInit())
        + times * (steps(loop.loopCondition()) + steps(loop.loopStep()))
        + steps(loop.result());
  }

  private static long sum(Collection<CelExpr> expressions) {
    return expressions.stream().mapToLong(Steps::steps).sum();
  }
}

package io.mintmark.policy;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.types.CelKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What large values an evaluation makes and meets, estimated from an expression's text alone: loops
 * that each double what the one before them made need few steps and all memory. What is the same
 * object many times counts as often, since whoever compares it meets it as often.
 */
final class Sizes {
  /** In texts of 64 characters: the sum of all large values that are made or met. */
  static final int MOST = 1 << 18;

  /** Values up to here are none of them: {@link Steps} count what is made of such. */
  private static final int LARGE = 512;

  private static final int UNIT = 64;

  /** Elements of what is not in the text: more than requests are known to name. */
  private static final int UNKNOWN = 64;

  /** What a text that is not in the expression takes. */
  private static final Size TEXT = Size.of(4);

  /** Enough to be refused, and its square is a number still. */
  private static final long ENDLESS = 1L << 30;

  private static final Set<CelKind> SMALL =
      Set.of(
          CelKind.BOOL,
          CelKind.INT,
          CelKind.UINT,
          CelKind.DOUBLE,
          CelKind.DURATION,
          CelKind.TIMESTAMP,
          CelKind.NULL_TYPE,
          CelKind.TYPE);

  private final CelAbstractSyntaxTree tree;
  private long sum;

  /** How often what is looked at is evaluated, by the loops around it. */
  private long times = 1;

  private Sizes(CelAbstractSyntaxTree tree) {
    this.tree = tree;
  }

  /**
   * A value.
   *
   * @param all its size
   * @param items how many elements it has where it is a list
   * @param item the size of the largest of them
   */
  private record Size(long all, long items, long item) {
    static final Size NONE = new Size(0, 0, 0);
    static final Size ONE = new Size(1, 1, 1);

    Size {
      all = Math.min(all, ENDLESS);
      items = Math.min(items, ENDLESS);
      item = Math.min(item, ENDLESS);
    }

    static Size of(long all) {
      return new Size(all, all, all);
    }

    static Size list(List<Size> elements) {
      return new Size(
          1 + elements.stream().mapToLong(Size::all).sum(),
          elements.size(),
          elements.stream().mapToLong(Size::all).max().orElse(0));
    }

    Size and(Size other) {
      return new Size(all + other.all, items + other.items, Math.max(item, other.item));
    }

    Size times(long count) {
      return new Size(all * count, items * count, item);
    }
  }

  /** The sum; more than {@link #MOST} where it is without end. */
  static int of(CelAbstractSyntaxTree checked) {
    Sizes sizes = new Sizes(checked);
    sizes.size(checked.getExpr(), Map.of());
    return (int) sizes.sum;
  }

  /**
   * @param known the variables of the loops around it
   */
  private Size size(CelExpr expr, Map<String, Size> known) {
    Size whole = whole(expr, known);
    if (expr.getKind() == CelExpr.ExprKind.Kind.CALL && whole.all() > LARGE) {
      sum = Math.min(sum + times * whole.all(), ENDLESS);
    }
    Optional<CelKind> kind = tree.getType(expr.id()).map(type -> type.kind());
    return kind.filter(SMALL::contains).isPresent() ? Size.ONE : whole;
  }

  private Size whole(CelExpr expr, Map<String, Size> known) {
    return switch (expr.getKind()) {
      case NOT_SET, STRUCT -> Size.ONE;
      case CONSTANT -> Size.of(1 + length(expr.constant()) / UNIT);
      case IDENT -> known.getOrDefault(expr.ident().name(), ofRequest(expr));
      case SELECT -> {
        Size of = size(expr.select().operand(), known);
        yield isOfLoop(expr, known) ? Size.of(of.item()) : ofRequest(expr);
      }
      case CALL -> call(expr.call(), known);
      case LIST -> Size.list(sizes(expr.list().elements(), known));
      case MAP ->
          Size.list(
              sizes(
                  expr.map().entries().stream()
                      .flatMap(entry -> Stream.of(entry.key(), entry.value()))
                      .toList(),
                  known));
      case COMPREHENSION -> loop(expr.comprehension(), known);
    };
  }

  private Size call(CelCall call, Map<String, Size> known) {
    List<Size> on = new ArrayList<>(sizes(call.target().stream().toList(), known));
    on.addAll(sizes(call.args(), known));
    Size all = on.stream().reduce(Size.NONE, Size::and);
    return switch (call.function()) {
      case "_+_", "_?_:_" -> all;
      case "_[_]" -> Size.of(on.getFirst().item());
      default -> Size.of(1 + all.all());
    };
  }

  private Size loop(CelComprehension loop, Map<String, Size> known) {
    Size range = size(loop.iterRange(), known);
    Size begun = size(loop.accuInit(), known);
    Map<String, Size> within = new HashMap<>(known);
    within.put(loop.iterVar(), Size.of(range.item()));
    within.put(loop.iterVar2(), Size.of(range.item()));
    within.put(loop.accuVar(), Size.NONE);
    long turns = Math.min(range.items(), Steps.MAX_LOOPS);
    long before = times;
    times = Math.min(times * turns, ENDLESS);
    size(loop.loopCondition(), within);
    Size step = size(loop.loopStep(), within);
    times = before;
    within.put(loop.accuVar(), begun.and(step.times(turns)));
    return size(loop.result(), within);
  }

  private List<Size> sizes(Collection<CelExpr> expressions, Map<String, Size> known) {
    return expressions.stream().map(one -> size(one, known)).toList();
  }

  private Size ofRequest(CelExpr expr) {
    Optional<CelKind> kind = tree.getType(expr.id()).map(type -> type.kind());
    return kind.filter(one -> one == CelKind.STRING).isPresent()
        ? TEXT
        : new Size(UNKNOWN * TEXT.all(), UNKNOWN, TEXT.all());
  }

  private static boolean isOfLoop(CelExpr expr, Map<String, Size> known) {
    CelExpr from = expr;
    while (from.getKind() == CelExpr.ExprKind.Kind.SELECT) {
      from = from.select().operand();
    }
    return from.getKind() != CelExpr.ExprKind.Kind.IDENT || known.containsKey(from.ident().name());
  }

  private static int length(CelConstant constant) {
    return switch (constant.getKind()) {
      case STRING_VALUE -> constant.stringValue().length();
      case BYTES_VALUE -> constant.bytesValue().size();
      default -> 0;
    };
  }
}

package io.mintmark.house;

import com.sun.source.tree.CaseTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.DefaultCaseLabelTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.type.DeclaredType;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/**
 * Finds a {@code default} over a sealed type or an enum of our own: it would take in silence the
 * case that somebody adds later. Only the compiler knows the type of what is switched over, so it
 * is asked.
 */
final class Switches {
  private Switches() {}

  /** Where such a switch stands, as {@code File.java:line}. */
  static Set<String> withDefaultOverAllKnownCases(Iterable<? extends JavaFileObject> sources)
      throws IOException {
    JavacTask compiler =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(
                    null,
                    null,
                    problem -> {},
                    List.of("-proc:none", "-cp", System.getProperty("java.class.path")),
                    null,
                    sources);
    Iterable<? extends CompilationUnitTree> units = compiler.parse();
    compiler.analyze();
    Finder finder = new Finder(Trees.instance(compiler));
    units.forEach(unit -> finder.scan(new TreePath(unit), null));
    return finder.found;
  }

  private static final class Finder extends TreePathScanner<Void, Void> {
    private final Trees trees;
    private final Set<String> found = new TreeSet<>();

    Finder(Trees trees) {
      this.trees = trees;
    }

    @Override
    public Void visitSwitch(SwitchTree tree, Void nothing) {
      check(tree, tree.getExpression(), tree.getCases());
      return super.visitSwitch(tree, nothing);
    }

    @Override
    public Void visitSwitchExpression(SwitchExpressionTree tree, Void nothing) {
      check(tree, tree.getExpression(), tree.getCases());
      return super.visitSwitchExpression(tree, nothing);
    }

    private void check(Tree tree, ExpressionTree over, List<? extends CaseTree> cases) {
      boolean hasDefault =
          cases.stream()
              .flatMap(branch -> branch.getLabels().stream())
              .anyMatch(DefaultCaseLabelTree.class::isInstance);
      if (hasDefault && isKnownInFull(new TreePath(getCurrentPath(), over))) {
        CompilationUnitTree unit = getCurrentPath().getCompilationUnit();
        long start = trees.getSourcePositions().getStartPosition(unit, tree);
        String file = unit.getSourceFile().getName();
        found.add(
            file.substring(file.lastIndexOf('/') + 1)
                + ":"
                + unit.getLineMap().getLineNumber(start));
      }
    }

    private boolean isKnownInFull(TreePath expression) {
      if (!(trees.getTypeMirror(expression) instanceof DeclaredType type)) {
        return false;
      }
      Element element = type.asElement();
      return type.toString().startsWith("io.mintmark.")
          && (element.getKind() == ElementKind.ENUM
              || element.getModifiers().contains(Modifier.SEALED));
    }
  }
}

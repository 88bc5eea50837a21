package io.mintmark.policy;

import io.mintmark.documents.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What is found wrong with documents, within bounds: one document has room for 256 problems of a
 * kind, and there are tens of thousands of documents.
 */
final class Problems implements Consumer<Problem> {
  static final int MAX_OF_DOCUMENT = 20;

  /** Where there are more, each further document has its first error and warning alone. */
  static final int MANY = 2_000;

  private final List<Problem> all = new ArrayList<>();
  private int errors;
  private int warnings;

  /** Another document begins. */
  void begin() {
    errors = 0;
    warnings = 0;
  }

  /**
   * Keeps a document's first error in any case, whatever there was before it: a document whose
   * errors nobody kept would be put in force.
   */
  @Override
  public void accept(Problem problem) {
    int before =
        switch (problem.severity()) {
          case ERROR -> errors++;
          case WARNING -> warnings++;
        };
    if (before < (all.size() < MANY ? MAX_OF_DOCUMENT : 1)) {
      all.add(problem);
    }
  }

  /** Whether the document that was begun last has an error. */
  boolean hasErrors() {
    return errors > 0;
  }

  /** Whether nothing was said of that document. */
  boolean isClean() {
    return errors == 0 && warnings == 0;
  }

  List<Problem> all() {
    return all;
  }
}

package io.mintmark.documents;

import java.util.List;

/** Documents that cannot be used, with every problem found in them. */
public final class DocumentErrors extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient List<Problem> problems;

  public DocumentErrors(List<Problem> problems) {
    super(problems.isEmpty() ? "no documents" : problems.getFirst().toString());
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}

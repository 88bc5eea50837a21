package io.mintmark.documents;

import java.util.List;

/** What fuzz tests ask of the problems of documents that were refused, whatever their bytes. */
public final class ReadableProblems {
  private static final int MAX_LENGTH = 2_000;

  private ReadableProblems() {}

  /**
   * @throws AssertionError if there is none, or a message is long or has control characters
   */
  public static void check(List<Problem> problems) {
    if (problems.isEmpty()) {
      throw new AssertionError("refused without a problem");
    }
    for (Problem problem : problems) {
      if (problem.message().length() > MAX_LENGTH
          || problem.message().chars().anyMatch(Character::isISOControl)) {
        throw new AssertionError(problem.toString());
      }
    }
  }
}

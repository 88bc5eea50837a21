package io.mintmark.sidecar;

import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.Position;
import io.mintmark.documents.Problem;
import io.mintmark.sidecar.files.TrustedDocument;
import io.mintmark.sidecar.plan.Plan;
import io.mintmark.sidecar.plan.Sha256;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * In whose hands a configuration is, and the files that it relies on: who can write one of them
 * decides what the sidecar runs and whom it believes.
 */
final class Custody {
  private Custody() {}

  /**
   * A configuration that may be run.
   *
   * @param bound the only content of the file that may; null where any may
   */
  static Plan load(Path file, @Nullable Sha256 bound) throws DocumentErrors {
    refuse(objections(file)); // before it is read
    Plan plan = Plan.load(file, bound, Deliveries::compile);
    refuse(objections(file, plan));
    return plan;
  }

  /** Why it may not be run, though nothing in it is wrong. */
  static List<Problem> objections(Path file, Plan plan) {
    List<Problem> objections = new ArrayList<>(objections(file));
    plan.relied()
        .forEach(
            (path, named) -> object(() -> TrustedDocument.requireFile(path), named, objections));
    return objections;
  }

  private static List<Problem> objections(Path file) {
    List<Problem> objections = new ArrayList<>();
    object(() -> TrustedDocument.require(file), new Position(file.toString(), 1, 1), objections);
    return objections;
  }

  /** Fails where a file is in other hands. */
  private interface Rule {
    void require() throws IOException;
  }

  private static void object(Rule rule, Position named, List<Problem> objections) {
    try {
      rule.require();
    } catch (NoSuchFileException absent) {
      // said where it is read
    } catch (IOException wrong) {
      objections.add(
          new Problem(Problem.Severity.ERROR, named, String.valueOf(wrong.getMessage())));
    }
  }

  private static void refuse(List<Problem> objections) throws DocumentErrors {
    if (!objections.isEmpty()) {
      throw new DocumentErrors(objections);
    }
  }
}

package io.mintmark.cli.policy;

import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.DocumentSet;
import io.mintmark.documents.DocumentSource;
import io.mintmark.documents.Documents;
import io.mintmark.documents.FolderSource;
import io.mintmark.documents.Problem;
import io.mintmark.evidence.trust.TrustCompilation;
import io.mintmark.policy.Compilation;
import io.mintmark.policy.Policy;
import io.mintmark.policy.PolicyContext;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder's documents, compiled as the broker does.
 *
 * @param warnings what looks wrong in them all the same
 */
record PolicyLoad(DocumentSet documents, Policy policy, List<Problem> warnings) {

  /**
   * Throws with every problem that was found, warnings too.
   *
   * @param builtIn documents beside those of the folder
   */
  static PolicyLoad of(Path folder, List<DocumentSource> builtIn, PolicyContext context)
      throws DocumentErrors {
    FolderSource source = new FolderSource(folder);
    List<DocumentSource> all = new ArrayList<>(List.of(source));
    all.addAll(builtIn);
    DocumentSet documents = builtIn.isEmpty() ? source.load() : Documents.combined(all).load();
    List<Problem> problems = new ArrayList<>(source.passedOver());
    Policy compiled = null;
    switch (Policy.compile(documents, context)) {
      case Compilation.Compiled(var policy, var warnings) -> {
        compiled = policy;
        problems.addAll(warnings);
      }
      case Compilation.Rejected(var found) -> problems.addAll(found);
    }
    boolean trusted =
        switch (TrustCheck.compile(documents, context)) {
          case TrustCompilation.Compiled(var attestor, var warnings) -> {
            problems.addAll(warnings);
            yield true;
          }
          case TrustCompilation.Broken(var found) -> {
            problems.addAll(found);
            yield false;
          }
        };
    if (compiled == null || !trusted) {
      throw new DocumentErrors(problems);
    }
    return new PolicyLoad(documents, compiled, problems);
  }

  /** One line a problem, and one that counts them. */
  static void print(PrintWriter err, List<Problem> problems) {
    problems.forEach(err::println);
    long errors = problems.stream().filter(p -> p.severity() == Problem.Severity.ERROR).count();
    long warnings = problems.size() - errors;
    if (!problems.isEmpty()) {
      err.println(count(errors, "error") + ", " + count(warnings, "warning"));
    }
    err.flush();
  }

  static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}

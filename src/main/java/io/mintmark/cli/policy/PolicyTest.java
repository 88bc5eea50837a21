package io.mintmark.cli.policy;

import io.mintmark.documents.DocumentErrors;
import io.mintmark.policy.PolicyTests;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mintmark policy test}. */
@Command(
    name = "test",
    description = "Runs the PolicyTest documents of a folder against the policy beside them.",
    footer = {
      "",
      "Example:",
      "  mintmark policy test deploy/policy --explain",
      "",
      "Exit 0: all passed; 1: some failed, or there are none; 2: wrong usage."
    })
final class PolicyTest implements Callable<Integer> {
  @Mixin PolicyOptions options = new PolicyOptions();

  @Option(names = "--explain", description = "Explain the decision of every test that fails.")
  boolean explain;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    List<PolicyTests.Result> results;
    try {
      PolicyLoad load = options.load();
      PolicyLoad.print(err, load.warnings());
      results = PolicyTests.run(load.policy(), load.documents());
    } catch (DocumentErrors e) {
      PolicyLoad.print(err, e.problems());
      return 1;
    }
    for (PolicyTests.Result result : results) {
      out.println((result.passed() ? "passed  " : "FAILED  ") + result.name());
      for (String difference : result.differences()) {
        out.println("        " + result.position() + ": " + difference);
      }
      if (explain && !result.passed()) {
        out.println(result.explanation().text().indent(8));
      }
    }
    out.flush();
    long failed = results.stream().filter(result -> !result.passed()).count();
    if (failed > 0 || results.isEmpty()) {
      err.println(
          results.isEmpty()
              ? "mintmark: \"" + options.folder + "\" has no PolicyTest documents"
              : "mintmark: "
                  + failed
                  + " of "
                  + PolicyLoad.count(results.size(), "test")
                  + " failed");
      err.flush();
      return 1;
    }
    out.println(PolicyLoad.count(results.size(), "test") + " passed");
    out.flush();
    return 0;
  }
}

package io.mintmark.cli.policy;

import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.Kind;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mintmark policy check}. */
@Command(
    name = "check",
    description = "Validates and compiles policy documents; every problem has its place.",
    footer = {
      "",
      "Example:",
      "  mintmark policy check deploy/policy --trust-domain prod.example.org",
      "",
      "Exit 0: can be put in force; 1: has errors; 2: wrong usage."
    })
final class PolicyCheck implements Callable<Integer> {
  @Mixin PolicyOptions options = new PolicyOptions();

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    try {
      PolicyLoad load = options.load();
      PolicyLoad.print(err, load.warnings());
      PrintWriter out = spec.commandLine().getOut();
      List<String> counts = new ArrayList<>();
      for (Kind kind : Kind.values()) {
        int number = load.documents().ofKind(kind.word()).size();
        if (number > 0) {
          counts.add(number + " " + kind.word());
        }
      }
      out.println(
          (counts.isEmpty() ? "no documents: everything is denied" : String.join(", ", counts))
              + "; version "
              + load.policy().version());
      out.flush();
      return 0;
    } catch (DocumentErrors e) {
      PolicyLoad.print(err, e.problems());
      return 1;
    }
  }
}

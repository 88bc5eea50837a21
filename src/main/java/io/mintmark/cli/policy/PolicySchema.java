package io.mintmark.cli.policy;

import io.mintmark.documents.Kind;
import io.mintmark.documents.Schemas;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mintmark policy schema}. */
@Command(
    name = "schema",
    description = "Prints the JSON Schema of a kind of document, for editors.",
    footer = {"", "Example:", "  mintmark policy schema Grant > grant.schema.json"})
final class PolicySchema implements Runnable {
  @Parameters(
      index = "0",
      paramLabel = "KIND",
      description = "TrustDomain, Issuer, Resource, Workload, Grant, Guardrail or PolicyTest.")
  String kind = "";

  @Spec CommandSpec spec;

  @Override
  public void run() {
    Kind known =
        Kind.ofWord(kind)
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(),
                        "kind \""
                            + kind
                            + "\" is not one of "
                            + Arrays.stream(Kind.values())
                                .map(Kind::word)
                                .collect(Collectors.joining(", "))));
    PrintWriter out = spec.commandLine().getOut();
    out.println(Schemas.of(known));
    out.flush();
  }
}

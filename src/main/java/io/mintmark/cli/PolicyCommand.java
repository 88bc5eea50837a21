package io.mintmark.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mintmark policy}. */
@Command(
    name = "policy",
    description = "Checks, tests and explains policy documents offline.",
    footer = {"", "Example:", "  mintmark policy check deploy/policy"},
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {PolicyCheck.class, PolicyTest.class, PolicyExplain.class, PolicySchema.class})
final class PolicyCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }
}

package io.mintmark.cli;

import picocli.CommandLine.Command;

/** {@code mintmark policy}. */
@Command(
    name = "policy",
    description = "Checks, tests and explains policy documents offline.",
    footer = {"", "Example:", "  mintmark policy check deploy/policy"},
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {PolicyCheck.class, PolicyTest.class, PolicyExplain.class, PolicySchema.class})
final class PolicyCommand extends CommandGroup {}

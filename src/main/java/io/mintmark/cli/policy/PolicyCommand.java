package io.mintmark.cli.policy;

import io.mintmark.cli.CommandGroup;
import picocli.CommandLine.Command;

/** {@code mintmark policy}. */
@Command(
    name = "policy",
    description = "Checks, tests and explains policy documents offline.",
    footer = {"", "Example:", "  mintmark policy check deploy/policy"},
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {PolicyCheck.class, PolicyTest.class, PolicyExplain.class, PolicySchema.class})
public final class PolicyCommand extends CommandGroup {}

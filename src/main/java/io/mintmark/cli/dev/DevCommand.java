package io.mintmark.cli.dev;

import io.mintmark.cli.CommandGroup;
import picocli.CommandLine.Command;

/** {@code mintmark dev}. */
@Command(
    name = "dev",
    description = "Makes throw-away evidence for development.",
    footer = {"", "Example:", "  mintmark dev jwt-svid --id spiffe://dev.mintmark/ns/a/sa/b"},
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {DevJwtSvid.class, DevX509Svid.class, DevServiceAccountToken.class})
public final class DevCommand extends CommandGroup {}

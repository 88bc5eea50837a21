package io.mintmark.cli.dev;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mintmark dev}. */
@Command(
    name = "dev",
    description = "Makes throw-away evidence for development.",
    footer = {"", "Example:", "  mintmark dev jwt-svid --id spiffe://dev.mintmark/ns/a/sa/b"},
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {DevJwtSvid.class, DevX509Svid.class, DevServiceAccountToken.class})
public final class DevCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a kind of evidence is missing");
  }
}

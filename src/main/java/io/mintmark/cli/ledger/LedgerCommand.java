package io.mintmark.cli.ledger;

import io.mintmark.cli.CommandGroup;
import picocli.CommandLine.Command;

/** {@code mintmark ledger}. */
@Command(
    name = "ledger",
    description = "Verifies, proves and exports the ledger of a data folder offline.",
    footer = {"", "Example:", "  mintmark ledger verify /var/lib/mintmark"},
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      LedgerVerify.class,
      LedgerProve.class,
      LedgerFind.class,
      LedgerCheckpoint.class,
      LedgerReorigin.class,
      LedgerTail.class,
      LedgerExport.class
    })
public final class LedgerCommand extends CommandGroup {}

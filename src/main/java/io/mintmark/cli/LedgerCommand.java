package io.mintmark.cli;

import picocli.CommandLine.Command;

/** {@code mintmark ledger}. */
@Command(
    name = "ledger",
    description = "Verifies, proves and exports the ledger of a data folder offline.",
    footerHeading = "%nExample:%n",
    footer = "  mintmark ledger verify /var/lib/mintmark",
    subcommands = {
      LedgerVerify.class,
      LedgerProve.class,
      LedgerReorigin.class,
      LedgerTail.class,
      LedgerExport.class
    })
final class LedgerCommand {}

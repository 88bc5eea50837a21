package io.mintmark.cli.ledger;

import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The data folder whose ledger a command looks at. */
final class LedgerFolder {
  static final String DESCRIPTION =
      "Data folder (default: MINTMARK_DATA or ~/.local/share/mintmark).";

  @Parameters(index = "0", arity = "0..1", paramLabel = "DIR", description = DESCRIPTION)
  Path dir = Path.of("");
}

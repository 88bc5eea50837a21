package io.mintmark.ledger;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where a ledger lies. */
final class LedgerFolder {
  private static final String NAME = "ledger";

  private LedgerFolder() {}

  /** The ledger's folder in a data folder. */
  static Path under(Path dataFolder) {
    return dataFolder.resolve(NAME);
  }

  /**
   * The ledger's folder for reading: that of a data folder, or the given one where it is a ledger
   * itself, such as an archived one.
   *
   * @throws UnusableLedger where there is no ledger
   */
  static Path of(Path dataFolder) throws UnusableLedger {
    for (Path folder : new Path[] {under(dataFolder), dataFolder}) {
      if (Files.exists(folder.resolve(LogTail.ORIGIN))) {
        return folder;
      }
    }
    throw new UnusableLedger("there is no ledger in \"" + dataFolder + "\"");
  }
}

package io.mintmark.ledger;

import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class JournalContractTest extends LedgerContract {
  @TempDir Path data;
  private Journal journal;

  @BeforeEach
  void open() throws Exception {
    journal =
        Journal.open(
            data,
            JournalSettings.defaults(),
            new TestKey(1),
            InstantSource.fixed(Records.NOON),
            LedgerListener.NONE);
  }

  @Override
  Ledger ledger() {
    return journal;
  }

  @AfterEach
  void close() throws Exception {
    journal.close();
  }
}

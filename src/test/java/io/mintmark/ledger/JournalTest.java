package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir Path data;

  private Journal open() throws Exception {
    return Journal.open(
        data,
        JournalSettings.defaults(),
        new TestKey(1),
        InstantSource.fixed(Records.NOON),
        LedgerListener.NONE);
  }

  @Test
  void recordsGetConsecutiveNumbersAlsoAfterARestart() throws Exception {
    try (Journal journal = open()) {
      assertThat(journal.append(Records.minted(0)).toCompletableFuture().get()).isZero();
      assertThat(journal.append(Records.minted(1)).toCompletableFuture().get()).isOne();
    }
    try (Journal journal = open()) {
      assertThat(journal.append(Records.minted(2)).toCompletableFuture().get()).isEqualTo(2);
      assertThat(LedgerReader.of(data, journal, 0).read(10))
          .extracting(LedgerEntry::record)
          .extracting(LedgerRecord::decisionId)
          .containsExactly("decision-0", "decision-1", "decision-2");
    }
    assertThat(Files.readString(data.resolve("ledger/checkpoint"))).contains("\n3\n");
  }

  @Test
  void secondBrokerOnTheFolderIsToldWhoHoldsIt() throws Exception {
    try (Journal journal = open()) {
      assertThat(journal.status().writable()).isTrue();
      assertThatThrownBy(this::open)
          .isInstanceOf(UnusableLedger.class)
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
    }
    open().close();
  }
}

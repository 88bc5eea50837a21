package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReoriginTest {
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
  void theOldLogIsKeptAndTheNewOneNamesIt() throws Exception {
    String old;
    try (Journal journal = open()) {
      old = journal.origin();
      journal.append(Records.minted(0)).toCompletableFuture().get();
      assertThatThrownBy(() -> Reorigin.archive(data)).hasMessageContaining("in use by");
    }
    Path archive = Reorigin.archive(data);
    try (Journal journal = open()) {
      assertThat(journal.origin()).isNotEqualTo(old);
      assertThat(journal.size()).isOne();
      LedgerRecord first = LedgerReader.of(data, journal, 0).read(1).getFirst().record();
      assertThat(first.outcome()).isEqualTo("reorigin");
      assertThat(first.detail()).startsWith("continues " + old + " of size 1 and root ");
    }
    assertThat(Verification.verify(archive, null, null, count -> {}).origin()).isEqualTo(old);
    assertThat(Verification.verify(data, null, null, count -> {}).holds()).isTrue();
    assertThat(LedgerReader.origin(data)).isNotEqualTo(old);
  }

  @Test
  void aFolderWithoutALedgerIsRefused() {
    assertThatThrownBy(() -> Reorigin.archive(data))
        .isInstanceOf(UnusableLedger.class)
        .hasMessageContaining("there is no ledger");
  }

  @Test
  void aNewLogNamesTheOldOneOnce() throws Exception {
    open().close();
    Reorigin.archive(data);
    open().close();
    try (Journal journal = open()) {
      assertThat(journal.size()).isOne();
    }
  }

  @Test
  void aLogThatSignedNothingIsNamedByItsOrigin() throws Exception {
    open().close();
    Files.delete(data.resolve("ledger/checkpoint"));
    String old = LedgerReader.origin(data);
    Reorigin.archive(data);
    try (Journal journal = open()) {
      assertThat(LedgerReader.of(data, journal, 0).read(1).getFirst().record().detail())
          .isEqualTo("continues " + old);
    }
  }

  @Test
  void noArchiveIsWrittenOver() throws Exception {
    open().close();
    String origin = LedgerReader.origin(data);
    Path taken =
        data.resolve("ledger-archive").resolve(origin.substring(origin.lastIndexOf('/') + 1));
    Files.createDirectories(taken);
    Path archive = Reorigin.archive(data);
    assertThat(archive).isEqualTo(taken.resolveSibling(taken.getFileName() + ".2"));
    assertThat(taken).isEmptyDirectory();
    assertThat(LedgerReader.origin(archive)).isEqualTo(origin);
  }

  @Test
  void aNameOfALogLeadsNowhereElse() throws Exception {
    Files.createDirectories(data.resolve("ledger"));
    Files.writeString(data.resolve("ledger/origin"), "example.org/..\\a b\n");
    assertThat(Reorigin.archive(data)).isEqualTo(data.resolve("ledger-archive/.._a_b"));
  }

  @Test
  void aFolderThatCannotBeArchivedIsLetGo() throws Exception {
    open().close();
    Files.writeString(data.resolve("ledger-archive"), "in the way");
    assertThatThrownBy(() -> Reorigin.archive(data)).isInstanceOf(IOException.class);
    open().close();
  }

  /** A crash came after the new folder was made, and before the old one moved away. */
  @Test
  void aReoriginThatWasNotReportedLeavesTheOldLog() throws Exception {
    String old;
    try (Journal journal = open()) {
      old = journal.origin();
    }
    Files.createDirectories(data.resolve("ledger-next"));
    Files.writeString(data.resolve("ledger-next/predecessor"), "example.org/other");
    try (Journal journal = open()) {
      assertThat(journal.origin()).isEqualTo(old);
      assertThat(journal.size()).isZero();
    }
  }
}

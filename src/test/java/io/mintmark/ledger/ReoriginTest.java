package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
}

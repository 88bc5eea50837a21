package io.mintmark.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.ledger.Journal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import org.junit.jupiter.api.Test;

class EmbeddedProjectionTest extends ProjectionContract {
  @Override
  StoreAddress.Embedded address() {
    return new StoreAddress.Embedded(folder.resolve("store"));
  }

  @Override
  Connection connect() throws Exception {
    return Store.open(address());
  }

  @Test
  void aBrokenFileIsPutAsideAndFilledAgain() throws Exception {
    try (Journal journal = journal("data")) {
      append(journal, minted(0, null));
      append(journal, minted(1, null));
      project("data", journal);
      Path file = folder.resolve("store/ledger.mv.db");
      byte[] bytes = new byte[Math.toIntExact(Files.size(file))];
      Files.write(file, bytes);
      project("data", journal);
      assertThat(rows("SELECT COUNT(*) FROM ledger_record")).containsExactly(2L);
      assertThat(folder.resolve("store/ledger.mv.db.broken")).hasBinaryContent(bytes);
    }
  }

  @Test
  void itsFolderAndFileAreTheOwnersAlone() throws Exception {
    try (Journal journal = journal("data")) {
      append(journal, minted(0, null));
      project("data", journal);
    }
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("store"))))
        .isEqualTo("rwx------");
    assertThat(Files.getPosixFilePermissions(folder.resolve("store/ledger.mv.db")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void aFolderThatCannotBeWrittenStopsNoRecord() throws Exception {
    Files.writeString(folder.resolve("store"), "a file where the folder would be");
    Seen seen = new Seen();
    try (Journal journal = journal("data");
        Projection projection =
            new Projection(address(), folder.resolve("data"), journal, seen, EAGER)) {
      projection.start();
      seen.await("failed");
      append(journal, minted(0, null));
      assertThat(journal.size()).isEqualTo(1);
      assertThat(projection.lag()).isEqualTo(1);
      Files.delete(folder.resolve("store"));
      seen.await("recovered");
      seen.awaitAll(projection);
    }
  }

  @Test
  void turnedOffItDoesNothing() throws Exception {
    try (Journal journal = journal("data");
        Projection projection =
            new Projection(
                new StoreAddress.Off(), folder.resolve("data"), journal, new Seen(), EAGER)) {
      projection.start();
      append(journal, minted(0, null));
      assertThat(projection.lag()).isZero();
    }
    assertThat(folder.resolve("store")).doesNotExist();
  }
}

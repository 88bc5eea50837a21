package io.mintmark.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.ledger.Journal;
import io.mintmark.ledger.JournalSettings;
import io.mintmark.ledger.LedgerListener;
import io.mintmark.ledger.LedgerRecord;
import io.mintmark.ledger.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every database must do as the projection's store. */
abstract class ProjectionContract {
  static final Pace EAGER =
      new Pace(Duration.ofMillis(1), 0, 0, Duration.ofMillis(20), Duration.ofMillis(200), () -> 0);

  /** A line has milliseconds. */
  private static final Instant NOON = Records.NOON.truncatedTo(ChronoUnit.MILLIS);

  @TempDir Path folder;
  private final Signer signer = new Signer();

  abstract StoreAddress address();

  abstract Connection connect() throws Exception;

  @Test
  void aRecordArrivesWithAllItsMembers() throws Exception {
    try (Journal journal = journal("data")) {
      append(journal, minted(1, "as \"granted\"; ünïcode 🏦"));
      append(journal, refused("evidence-expired"));
      project("data", journal);
      assertThat(rows("SELECT recorded_at FROM ledger_record WHERE seq = 0"))
          .first()
          .isEqualTo(NOON.plusSeconds(1));
      assertThat(
              rows(
                  "SELECT outcome, detail, decision_id, workload, evidence_kind, evidence_issuer,"
                      + " evidence_sha256, credential, resource, scopes, lifetime, serial, subject,"
                      + " grants, policy, actors, source, traceparent, occurrences, reason, action"
                      + " FROM ledger_record WHERE seq = 0"))
          .containsExactly(
              "minted",
              "as \"granted\"; ünïcode 🏦",
              "decision-1",
              "spiffe://prod.example.org/ns/payments/sa/orders",
              "jwt-svid",
              "prod.example.org",
              "ab".repeat(32),
              "access-token",
              "https://ledger.example.org",
              List.of("ledger:read", "ledger:write"),
              300L,
              "jti-1",
              "spiffe://prod.example.org/ns/payments/sa/orders",
              List.of("orders-reads-ledger"),
              "sha256:" + "cd".repeat(32),
              List.of(),
              "192.0.2.7",
              "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
              null,
              null,
              "keys-change");
      assertThat(
              rows(
                  "SELECT outcome, reason, workload, scopes, lifetime FROM ledger_record WHERE seq"
                      + " = 1"))
          .containsExactly("refused", "evidence-expired", null, List.of(), null);
      assertThat(rows("SELECT COUNT(*) FROM ledger_record WHERE 'ledger:read' = ANY(scopes)"))
          .containsExactly(1L);
    }
  }

  @Test
  void itGoesOnWhereItStopped() throws Exception {
    try (Journal journal = journal("data")) {
      for (int i = 0; i < 300; i++) {
        append(journal, minted(i, null));
      }
      project("data", journal);
      for (int i = 300; i < 700; i++) {
        append(journal, minted(i, null));
      }
      project("data", journal);
      assertThat(rows("SELECT COUNT(*), MIN(seq), MAX(seq) FROM ledger_record"))
          .containsExactly(700L, 0L, 699L);
      assertThat(rows("SELECT next_seq FROM ledger_log")).containsExactly(700L);
    }
  }

  @Test
  void itFollowsWhileRecordsCome() throws Exception {
    Seen seen = new Seen();
    try (Journal journal = journal("data");
        Projection projection =
            new Projection(address(), folder.resolve("data"), journal, seen, EAGER)) {
      projection.start();
      for (int i = 0; i < 50; i++) {
        append(journal, minted(i, null));
        seen.awaitAll(projection);
      }
      assertThat(projection.problem()).isNull();
      assertThat(projection.lag()).isZero();
    }
    assertThat(rows("SELECT COUNT(*) FROM ledger_record")).containsExactly(50L);
  }

  @Test
  void hostileTextDoesNotStopIt() throws Exception {
    try (Journal journal = journal("data")) {
      append(journal, minted(0, "nul \0 and half a pair \ud800 and the other \udc00"));
      append(journal, minted(1, "x".repeat(50_000)));
      append(journal, minted(2, "'); DROP TABLE ledger_record; --"));
      append(journal, refused("\\N\t{\"a\",NULL}"));
      project("data", journal);
    }
    assertThat(rows("SELECT COUNT(*) FROM ledger_record")).containsExactly(4L);
    assertThat((String) rows("SELECT detail FROM ledger_record WHERE seq = 0").getFirst())
        .startsWith("nul \ufffd and half a pair ")
        .doesNotContain("\0");
    assertThat(rows("SELECT reason FROM ledger_record WHERE seq = 3"))
        .containsExactly("\\N\t{\"a\",NULL}");
  }

  @Test
  void logsOfTwoBrokersShareAStore() throws Exception {
    try (Journal one = journal("one");
        Journal two = journal("two")) {
      append(one, minted(1, null));
      append(two, minted(2, null));
      append(two, minted(3, null));
      project("one", one);
      project("two", two);
    }
    assertThat(rows("SELECT COUNT(*) FROM ledger_log")).containsExactly(2L);
    assertThat(rows("SELECT COUNT(*) FROM ledger_record WHERE seq = 0")).containsExactly(2L);
  }

  @Test
  void aStoreThatIsAheadOfItsLedgerTakesNothingAndSaysSo() throws Exception {
    try (Journal journal = journal("data")) {
      append(journal, minted(0, null));
    }
    copy(folder.resolve("data"), folder.resolve("copy"));
    try (Journal journal = journal("data")) {
      append(journal, minted(1, null));
      append(journal, minted(2, null));
      project("data", journal);
    }
    Seen seen = new Seen();
    try (Journal restored = journal("copy");
        Projection projection =
            new Projection(address(), folder.resolve("copy"), restored, seen, EAGER)) {
      append(restored, minted(7, null));
      projection.start();
      assertThat(seen.await("failed")).contains("ledger reorigin");
      assertThat(projection.problem()).contains("ledger reorigin");
    }
    assertThat(rows("SELECT MAX(decision_id) FROM ledger_record")).containsExactly("decision-2");
  }

  @Test
  void aBatchThatFailsLeavesNeitherRowsNorPositionAndComesAgain() throws Exception {
    Seen seen = new Seen();
    try (Journal journal = journal("data");
        Projection projection =
            new Projection(address(), folder.resolve("data"), journal, seen, EAGER)) {
      append(journal, minted(0, null));
      project("data", journal);
      try (Connection connection = connect();
          Statement statement = connection.createStatement()) {
        statement.execute("ALTER TABLE ledger_record ADD CONSTRAINT no CHECK (seq < 2)");
      }
      append(journal, minted(1, null));
      append(journal, minted(2, null));
      projection.start();
      seen.await("failed");
      assertThat(rows("SELECT COUNT(*), MAX(next_seq) FROM ledger_record, ledger_log"))
          .containsExactly(1L, 1L);
      assertThat(projection.lag()).isEqualTo(2);
      try (Connection connection = connect();
          Statement statement = connection.createStatement()) {
        statement.execute("ALTER TABLE ledger_record DROP CONSTRAINT no");
      }
      seen.await("recovered");
      seen.awaitAll(projection);
    }
    assertThat(rows("SELECT COUNT(*) FROM ledger_record")).containsExactly(3L);
  }

  /** As that of a thread that cannot be made while a connection is opened. */
  @Test
  void anErrorEndsNoProjection() throws Exception {
    AtomicInteger told = new AtomicInteger();
    Seen seen = new Seen();
    ProjectionListener failing =
        new ProjectionListener() {
          @Override
          public void projected(int records) {
            if (told.getAndIncrement() == 0) {
              throw new OutOfMemoryError("unable to create native thread");
            }
            seen.projected(records);
          }

          @Override
          public void failed(String problem) {
            seen.failed(problem);
          }

          @Override
          public void recovered() {
            seen.recovered();
          }
        };
    try (Journal journal = journal("data");
        Projection projection =
            new Projection(address(), folder.resolve("data"), journal, failing, EAGER)) {
      append(journal, minted(0, null));
      projection.start();
      assertThat(seen.await("failed")).contains("unable to create native thread");
      seen.await("recovered");
      append(journal, minted(1, null));
      seen.awaitAll(projection);
    }
    assertThat(rows("SELECT COUNT(*) FROM ledger_record")).containsExactly(2L);
  }

  Journal journal(String name) throws IOException {
    return Journal.open(
        Files.createDirectories(folder.resolve(name)),
        JournalSettings.defaults(),
        signer,
        () -> NOON,
        LedgerListener.NONE);
  }

  /** Runs a projection until the store has everything. */
  void project(String name, Journal journal) throws InterruptedException {
    Seen seen = new Seen();
    try (Projection projection =
        new Projection(address(), folder.resolve(name), journal, seen, EAGER)) {
      projection.start();
      seen.awaitAll(projection);
    }
  }

  static void append(Journal journal, LedgerRecord line) {
    journal.append(line).toCompletableFuture().join();
  }

  /** All columns of all rows, one after the other. */
  List<@Nullable Object> rows(String query) throws Exception {
    List<@Nullable Object> values = new ArrayList<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          values.add(value(rows, i));
        }
      }
    }
    return values;
  }

  private static @Nullable Object value(ResultSet rows, int column) throws SQLException {
    return switch (rows.getObject(column)) {
      case java.sql.Array array -> List.of((Object[]) array.getArray());
      case java.sql.Timestamp _, OffsetDateTime _ ->
          rows.getObject(column, OffsetDateTime.class)
              .withOffsetSameInstant(ZoneOffset.UTC)
              .toInstant();
      case null -> null;
      case Object value -> value;
    };
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  static LedgerRecord minted(int number, @Nullable String detail) {
    return Records.minted(number, detail, "keys-change");
  }

  private static LedgerRecord refused(String reason) {
    return Records.refused(NOON, reason, null);
  }
}

package io.mintmark.storage.jdbc;

import io.mintmark.ledger.LedgerEntry;
import io.mintmark.ledger.LedgerRecord;
import io.mintmark.workload.EvidenceSummary;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tables of one log, over one connection. */
final class LedgerTables implements AutoCloseable {
  private static final String INSERT =
      """
      INSERT INTO ledger_record (log_id, seq, recorded_at, outcome, reason, detail, decision_id, workload,
        evidence_kind, evidence_issuer, evidence_sha256, credential, resource, scopes, lifetime, serial,
        subject, grants, policy, actors, source, traceparent, occurrences, action)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  private final Connection connection;
  private final long log;
  private long next;

  private LedgerTables(Connection connection, long log, long next) {
    this.connection = connection;
    this.log = log;
    this.next = next;
  }

  /** Finds the log of that origin, or begins it. Owns the connection from here on. */
  static LedgerTables of(Connection connection, String origin) throws SQLException {
    try {
      LedgerTables found = find(connection, origin);
      if (found == null) {
        try (PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO ledger_log (origin, next_seq) VALUES (?, 0)")) {
          insert.setString(1, origin);
          insert.executeUpdate();
        }
        connection.commit();
        found = find(connection, origin);
      }
      if (found == null) {
        throw new SQLException("the store lost the row of its log");
      }
      return found;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static @Nullable LedgerTables find(Connection connection, String origin)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT id, next_seq FROM ledger_log WHERE origin = ?")) {
      select.setString(1, origin);
      try (ResultSet rows = select.executeQuery()) {
        return rows.next() ? new LedgerTables(connection, rows.getLong(1), rows.getLong(2)) : null;
      } finally {
        connection.commit();
      }
    }
  }

  /** The first {@code seq} that is not here yet. */
  long next() {
    return next;
  }

  /**
   * Adds records and moves on, both or neither.
   *
   * @param after the {@code seq} to go on with
   * @throws SQLException also where someone else has moved on meanwhile
   */
  void add(List<LedgerEntry> entries, long after) throws SQLException {
    try {
      try (PreparedStatement move =
          connection.prepareStatement(
              "UPDATE ledger_log SET next_seq = ? WHERE id = ? AND next_seq = ?")) {
        move.setLong(1, after);
        move.setLong(2, log);
        move.setLong(3, next);
        if (move.executeUpdate() != 1) {
          throw new SQLException("another process fills the store from the same log");
        }
      }
      try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
        for (LedgerEntry entry : entries) {
          bind(insert, entry);
          insert.addBatch();
        }
        insert.executeBatch();
      }
      connection.commit();
      next = after;
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    }
  }

  private void bind(PreparedStatement insert, LedgerEntry entry) throws SQLException {
    LedgerRecord line = entry.record();
    EvidenceSummary evidence = line.evidence();
    insert.setLong(1, log);
    insert.setLong(2, entry.seq());
    insert.setObject(3, line.time().atOffset(ZoneOffset.UTC));
    text(insert, 4, line.outcome());
    text(insert, 5, line.reason());
    text(insert, 6, line.detail());
    text(insert, 7, line.decisionId());
    text(insert, 8, line.workload());
    text(insert, 9, evidence == null || evidence.kind() == null ? null : evidence.kind().word());
    text(insert, 10, evidence == null ? null : evidence.issuer());
    text(insert, 11, evidence == null ? null : evidence.sha256());
    text(insert, 12, line.credential());
    text(insert, 13, line.resource());
    texts(insert, 14, line.scopes());
    number(insert, 15, line.lifetimeSeconds());
    text(insert, 16, line.serial());
    text(insert, 17, line.subject());
    texts(insert, 18, line.grants());
    text(insert, 19, line.policy());
    texts(insert, 20, line.actors());
    text(insert, 21, line.source());
    text(insert, 22, line.traceparent());
    number(insert, 23, line.count());
    text(insert, 24, line.action());
  }

  private static void text(PreparedStatement insert, int index, @Nullable String value)
      throws SQLException {
    insert.setString(index, value == null ? null : Text.storable(value));
  }

  private static void number(PreparedStatement insert, int index, @Nullable Long value)
      throws SQLException {
    if (value == null) {
      insert.setNull(index, Types.BIGINT);
    } else {
      insert.setLong(index, value);
    }
  }

  private void texts(PreparedStatement insert, int index, List<String> values) throws SQLException {
    Array array =
        connection.createArrayOf("varchar", values.stream().map(Text::storable).toArray());
    insert.setArray(index, array);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}

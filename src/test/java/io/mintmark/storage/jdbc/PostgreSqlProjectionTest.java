package io.mintmark.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.ledger.Journal;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a PostgreSQL server of its own. */
class PostgreSqlProjectionTest extends ProjectionContract {
  private static EmbeddedPostgres server;

  @BeforeAll
  static void start() throws IOException {
    server = EmbeddedPostgres.builder().start();
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @BeforeEach
  void empty() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA public CASCADE");
      statement.execute("CREATE SCHEMA public");
    }
  }

  @Override
  StoreAddress.PostgreSql address() {
    return new StoreAddress.PostgreSql(
        "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres", "postgres", "postgres");
  }

  @Override
  Connection connect() throws Exception {
    return DriverManager.getConnection(address().url(), "postgres", "postgres");
  }

  @Test
  void aConnectionThatIsCutIsMadeAgain() throws Exception {
    Seen seen = new Seen();
    try (Journal journal = journal("data");
        Projection projection =
            new Projection(address(), folder.resolve("data"), journal, seen, EAGER)) {
      append(journal, minted(0, null));
      projection.start();
      seen.awaitAll(projection);
      try (Connection connection = connect();
          Statement statement = connection.createStatement()) {
        statement.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name ="
                + " 'mintmark'");
      }
      append(journal, minted(1, null));
      seen.awaitAll(projection);
    }
    assertThat(rows("SELECT COUNT(*) FROM ledger_record")).containsExactly(2L);
  }

  @Test
  void aServerThatIsGoneStopsNoRecord() throws Exception {
    Seen seen = new Seen();
    try (Journal journal = journal("data");
        Projection projection =
            new Projection(
                new StoreAddress.PostgreSql(
                    "jdbc:postgresql://127.0.0.1:1/postgres", "p", "secret"),
                folder.resolve("data"),
                journal,
                seen,
                EAGER)) {
      projection.start();
      assertThat(seen.await("failed")).doesNotContain("secret");
      append(journal, minted(0, null));
      seen.await("failed");
      assertThat(projection.lag()).isEqualTo(1);
    }
  }
}

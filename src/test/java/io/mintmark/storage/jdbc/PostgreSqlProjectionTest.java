package io.mintmark.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.ledger.Journal;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
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
    return address(server.getPort());
  }

  private static StoreAddress.PostgreSql address(int port) {
    return new StoreAddress.PostgreSql(
        "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "postgres");
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
  void aServerThatIsKilledIsToldUntilItIsBack() throws Exception {
    Path cluster = folder.resolve("cluster");
    Seen seen = new Seen();
    EmbeddedPostgres first = EmbeddedPostgres.builder().setDataDirectory(cluster).start();
    int port = first.getPort();
    try (Journal journal = journal("data");
        Projection projection =
            new Projection(address(port), folder.resolve("data"), journal, seen, EAGER)) {
      append(journal, minted(0, null));
      projection.start();
      seen.awaitAll(projection);
      assertThat(projection.problem()).isNull();
      first.close();
      append(journal, minted(1, null));
      seen.await("failed");
      assertThat(projection.problem()).isNotNull();
      assertThat(projection.lag()).isEqualTo(1);
      try (EmbeddedPostgres second =
          EmbeddedPostgres.builder()
              .setPort(port)
              .setDataDirectory(cluster)
              .setCleanDataDirectory(false)
              .start()) {
        seen.await("recovered");
        seen.awaitAll(projection);
        assertThat(projection.problem()).isNull();
        assertThat(second.getPort()).isEqualTo(port);
      }
    }
  }

  @Test
  void tablesThatAnotherVersionHasMadeStopNoRecordAndAreTold() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE ledger_log (something TEXT)");
    }
    Seen seen = new Seen();
    try (Journal journal = journal("data");
        Projection projection =
            new Projection(address(), folder.resolve("data"), journal, seen, EAGER)) {
      projection.start();
      append(journal, minted(0, null));
      assertThat(seen.await("failed")).doesNotContain("\n");
      assertThat(projection.problem()).isNotNull();
      assertThat(projection.lag()).isEqualTo(1);
    }
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

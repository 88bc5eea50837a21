package io.mintmark.storage.jdbc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.h2.api.ErrorCode;
import org.h2.jdbcx.JdbcDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Opens connections to the database of an address, its tables brought up to date. */
final class Store {
  /** Kilobytes that H2 may keep of its file in memory. */
  private static final int EMBEDDED_CACHE = 4096;

  private static final System.Logger LOG = System.getLogger(Store.class.getName());

  private Store() {}

  static Connection open(StoreAddress.Embedded address) throws SQLException, IOException {
    Path folder = address.folder();
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    JdbcDataSource source = new JdbcDataSource();
    source.setUrl(
        "jdbc:h2:file:"
            + folder.resolve("ledger")
            + ";DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0;CACHE_SIZE="
            + EMBEDDED_CACHE);
    source.setUser("mintmark");
    Path file = folder.resolve("ledger.mv.db");
    try {
      return kept(migrated(source), file);
    } catch (SQLException e) {
      if (!isBroken(e)) {
        throw e;
      }
      Path aside = folder.resolve("ledger.mv.db.broken");
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      LOG.log(
          System.Logger.Level.WARNING,
          "the embedded store cannot be read and is filled again from the ledger; the old file is"
              + " \""
              + aside
              + "\"");
      return kept(migrated(source), file);
    }
  }

  static Connection open(StoreAddress.PostgreSql address) throws SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setConnectTimeout(5);
    source.setSocketTimeout(60);
    source.setTcpKeepAlive(true);
    source.setApplicationName("mintmark");
    source.setReWriteBatchedInserts(true);
    source.setLogServerErrorDetail(false); // the detail of an error holds the row's values
    source.setUrl(address.url());
    if (address.user() != null) {
      source.setUser(address.user());
    }
    if (address.password() != null) {
      source.setPassword(address.password());
    }
    return migrated(source);
  }

  private static Connection migrated(DataSource source) throws SQLException {
    Connection connection = source.getConnection();
    try {
      // Flyway's own connections find an embedded database open already.
      Flyway.configure(Store.class.getClassLoader())
          .dataSource(source)
          .locations("classpath:db/migration")
          .load()
          .migrate();
      connection.setAutoCommit(false);
      return connection;
    } catch (RuntimeException | SQLException | Error e) {
      connection.close();
      throw e;
    }
  }

  /** H2 makes its file readable by all; the folder above it is not, and neither is this. */
  private static Connection kept(Connection connection, Path file)
      throws SQLException, IOException {
    try {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      return connection;
    } catch (IOException e) {
      connection.close();
      throw e;
    }
  }

  private static boolean isBroken(SQLException e) {
    return e.getErrorCode() == ErrorCode.FILE_CORRUPTED_1
        || e.getErrorCode() == ErrorCode.FILE_VERSION_ERROR_1
        || e.getErrorCode() == ErrorCode.GENERAL_ERROR_1;
  }
}

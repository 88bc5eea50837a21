package io.mintmark.sidecar.clients;

import java.nio.file.Path;

/**
 * A connection service file of libpq (PostgreSQL documentation, section 34.17) with one service. It
 * knows no quotes: a value goes on to the end of its line.
 *
 * @param authorities whom to believe to be the server
 */
record ServiceFile(
    String service,
    String host,
    int port,
    String database,
    String user,
    Path certificate,
    Path key,
    Path authorities) {

  /**
   * With settings that other readers of the file know too: pgx and pgjdbc refuse those of GSSAPI.
   */
  String toText() {
    return """
    [%s]
    host=%s
    port=%d
    dbname=%s
    user=%s
    sslmode=verify-full
    sslcert=%s
    sslkey=%s
    sslrootcert=%s
    """
        .formatted(service, host, port, database, user, certificate, key, authorities);
  }
}

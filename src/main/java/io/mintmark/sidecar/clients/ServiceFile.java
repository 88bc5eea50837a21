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
   * {@code gssencmode} is off since GSSAPI encryption, where it can be had, would take the place of
   * TLS whatever {@code sslmode} says.
   */
  String toText() {
    return """
    [%s]
    host=%s
    port=%d
    dbname=%s
    user=%s
    sslmode=verify-full
    gssencmode=disable
    sslcert=%s
    sslkey=%s
    sslrootcert=%s
    """
        .formatted(service, host, port, database, user, certificate, key, authorities);
  }
}

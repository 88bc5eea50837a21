package io.mintmark.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.CertPathBuilderException;
import java.sql.SQLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class ProjectionCauseTest {
  @Test
  void aDatabaseOfAnotherAuthorityIsSaidInWords() {
    SSLHandshakeException handshake = new SSLHandshakeException("PKIX path building failed: x");
    handshake.initCause(new CertPathBuilderException("unable to find valid path"));
    assertThat(Projection.cause(new SQLException("SSL error: PKIX", "08006", handshake)))
        .isEqualTo(
            "the database's certificate ends at no authority that is given for it (sslrootcert)");
  }

  @Test
  void anotherFailureIsTheDriversSentenceWithoutTheStatement() {
    assertThat(
            Projection.cause(
                new SQLException("no such table; SQL statement: INSERT secret values")))
        .isEqualTo("no such table");
  }
}

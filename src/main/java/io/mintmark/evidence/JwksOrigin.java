package io.mintmark.evidence;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an issuer's keys come from, as its document says and nothing in a token ever does; equal
 * origins share one source. Files are named as in the document, so relative to the policy folder.
 */
public sealed interface JwksOrigin {
  /** The issuer's URL, byte by byte. */
  String issuer();

  /** A JWK set in the policy folder. */
  record File(String issuer, String file) implements JwksOrigin {}

  /** A JWK set at a URL. */
  record Url(String issuer, String url, Connection connection) implements JwksOrigin {}

  /** OpenID discovery at the issuer. */
  record Discovery(String issuer, Connection connection) implements JwksOrigin {}

  /**
   * How the issuer's server is reached.
   *
   * @param caFile certificate authorities in place of the system's; null where those are meant
   * @param tokenFile a bearer token to send, read at each fetch; null where none is sent
   */
  record Connection(
      @Nullable String caFile, @Nullable String tokenFile, List<String> allowAddresses) {
    public Connection {
      allowAddresses = List.copyOf(allowAddresses);
    }
  }
}

package io.mintmark.jose;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.workload.SignatureAlgorithm;
import java.security.PublicKey;
import org.jspecify.annotations.Nullable;

/**
 * A compact JWS that was parsed strictly but <b>not</b> verified: until {@link #signedBy} has said
 * yes, all of it is a claim.
 */
public final class Jws {
  private Jws() {}

  /** Parses a compact JWS of at most {@code maxLength} characters (RFC 7515 section 7.1). */
  public static Jws parse(String compact, int maxLength) throws MalformedJose {
    throw new UnsupportedOperationException();
  }

  public SignatureAlgorithm algorithm() {
    throw new UnsupportedOperationException();
  }

  public @Nullable String keyId() {
    throw new UnsupportedOperationException();
  }

  public @Nullable String type() {
    throw new UnsupportedOperationException();
  }

  /** The names of all header parameters. */
  public java.util.Set<String> headerNames() {
    throw new UnsupportedOperationException();
  }

  /** The payload, which is a JSON object without duplicate names. */
  public JsonNode claims() {
    throw new UnsupportedOperationException();
  }

  /** Lower-case hex SHA-256 of the compact form. */
  public String sha256() {
    throw new UnsupportedOperationException();
  }

  /** Whether {@code key} made the signature; false too where key and algorithm do not fit. */
  public boolean signedBy(PublicKey key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String toString() {
    return "Jws[redacted]";
  }
}

package io.mintmark.credential;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.policy.Decision;
import io.mintmark.workload.Scope;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** The claims of an access token (RFC 9068 section 2.2, RFC 8705 section 3.1). */
record AccessTokenClaims(
    String issuer,
    String subject,
    Decision.AccessToken terms,
    Instant issuedAt,
    Instant expiresAt,
    String id) {

  byte[] write() {
    return ClaimsWriter.write(this::write);
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeStringField("iss", issuer);
    json.writeStringField("sub", subject);
    json.writeStringField("client_id", subject);
    json.writeStringField("aud", terms.audience());
    json.writeNumberField("exp", expiresAt.getEpochSecond());
    json.writeNumberField("iat", issuedAt.getEpochSecond());
    json.writeStringField("jti", id);
    if (!terms.scopes().isEmpty()) {
      json.writeStringField("scope", scope());
    }
    if (terms.certificateThumbprint() != null) {
      json.writeObjectFieldStart("cnf");
      json.writeStringField("x5t#S256", terms.certificateThumbprint());
      json.writeEndObject();
    }
  }

  /** Sorted, so that equal grants read equal. */
  private String scope() {
    Scope[] sorted = terms.scopes().toArray(Scope[]::new);
    Arrays.sort(sorted);
    StringBuilder joined = new StringBuilder(32 * sorted.length);
    for (Scope scope : sorted) {
      joined.append(joined.isEmpty() ? "" : " ").append(scope.value());
    }
    return joined.toString();
  }

  void check(JsonNode claims) {
    String thumbprint = terms.certificateThumbprint();
    Set<String> names =
        new HashSet<>(Set.of("iss", "sub", "client_id", "aud", "exp", "iat", "jti"));
    if (!terms.scopes().isEmpty()) {
      names.add("scope");
    }
    if (thumbprint != null) {
      names.add("cnf");
      JsonNode confirmation = claims.path("cnf");
      Product.names(confirmation, Set.of("x5t#S256"));
      Product.text(confirmation, "x5t#S256", thumbprint);
    }
    Product.names(claims, names);
    Product.text(claims, "iss", issuer);
    Product.text(claims, "sub", subject);
    Product.text(claims, "client_id", subject);
    Product.text(claims, "aud", terms.audience());
    Product.text(claims, "jti", id);
    Product.seconds(claims, "exp", expiresAt.getEpochSecond());
    Product.seconds(claims, "iat", issuedAt.getEpochSecond());
    Product.check("scope", granted(claims.path("scope").asText("")));
  }

  private boolean granted(String scope) {
    if (scope.isEmpty()) {
      return terms.scopes().isEmpty();
    }
    String[] words = scope.split(" ", -1);
    for (String word : words) {
      if (!terms.scopes().contains(new Scope(word))) {
        return false;
      }
    }
    return words.length == terms.scopes().size();
  }
}

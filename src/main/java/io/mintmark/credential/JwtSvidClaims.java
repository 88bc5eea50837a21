package io.mintmark.credential;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.policy.Decision;
import java.io.IOException;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;

/** The claims of a JWT-SVID (SPIFFE JWT-SVID section 3). */
record JwtSvidClaims(
    String issuer, Decision.JwtSvid terms, Instant issuedAt, Instant expiresAt, String id) {
  private static final Set<String> NAMES = Set.of("iss", "sub", "aud", "exp", "iat", "jti");

  JwtSvidClaims {
    if (terms.audiences().isEmpty()) {
      throw new IllegalArgumentException("a JWT-SVID has at least one audience");
    }
  }

  byte[] write() {
    return ClaimsWriter.write(this::write);
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeStringField("iss", issuer);
    json.writeStringField("sub", terms.id().uri());
    json.writeArrayFieldStart("aud");
    for (String audience : new TreeSet<>(terms.audiences())) {
      json.writeString(audience);
    }
    json.writeEndArray();
    json.writeNumberField("exp", expiresAt.getEpochSecond());
    json.writeNumberField("iat", issuedAt.getEpochSecond());
    json.writeStringField("jti", id);
  }

  void check(JsonNode claims) {
    Product.names(claims, NAMES);
    Product.text(claims, "iss", issuer);
    Product.text(claims, "sub", terms.id().uri());
    Product.text(claims, "jti", id);
    Product.seconds(claims, "exp", expiresAt.getEpochSecond());
    Product.seconds(claims, "iat", issuedAt.getEpochSecond());
    JsonNode audiences = claims.path("aud");
    Product.check("aud", audiences.isArray() && audiences.size() == terms.audiences().size());
    for (JsonNode audience : audiences) {
      String text = audience.textValue();
      Product.check("aud", text != null && terms.audiences().contains(text));
    }
  }
}

package io.mintmark.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.mintmark.cli.BrokerClient;
import java.io.IOException;
import java.text.ParseException;
import java.util.Map;
import java.util.Set;

/**
 * Checks access tokens as any resource server would: by the metadata's keys, with a public library.
 */
final class ResourceServer {
  private final String issuer;
  private final JWKSet keys;

  private ResourceServer(String issuer, JWKSet keys) {
    this.issuer = issuer;
    this.keys = keys;
  }

  static ResourceServer discover(BrokerClient broker) throws IOException, InterruptedException {
    JsonNode metadata = broker.get("/.well-known/oauth-authorization-server");
    try {
      return new ResourceServer(
          metadata.path("issuer").asText(), JWKSet.parse(broker.get("/oauth2/jwks").toString()));
    } catch (ParseException malformed) {
      throw new IOException("the broker's JWKS does not parse", malformed);
    }
  }

  String issuer() {
    return issuer;
  }

  /** The claims of a token that is meant for {@code audience}; throws where any check fails. */
  Map<String, Object> claims(String token, String audience) throws IOException {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSTypeVerifier(
        new DefaultJOSEObjectTypeVerifier<>(Set.of(new JOSEObjectType("at+jwt"))));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(JWSAlgorithm.ES256, new ImmutableJWKSet<>(keys)));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            audience,
            new JWTClaimsSet.Builder().issuer(issuer).build(),
            Set.of("sub", "client_id", "iat", "exp", "jti", "scope")));
    try {
      return processor.process(token, null).toJSONObject();
    } catch (ParseException | BadJOSEException | JOSEException refused) {
      throw new IOException(
          "the resource server refuses the token: " + refused.getMessage(), refused);
    }
  }
}

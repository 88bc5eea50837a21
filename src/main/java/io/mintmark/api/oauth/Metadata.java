package io.mintmark.api.oauth;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.api.http.Json;
import io.mintmark.workload.SignatureAlgorithm;
import java.util.List;
import java.util.Set;

/**
 * The broker's metadata (RFC 8414, OpenID Connect Discovery 1.0): only what works is named.
 *
 * @param issuer the issuer identifier, without a slash at its end
 * @param signing the algorithms that tokens may be signed with
 */
public record Metadata(String issuer, Set<SignatureAlgorithm> signing) {
  public Metadata {
    signing = Set.copyOf(signing);
  }

  /** {@code /.well-known/oauth-authorization-server}. */
  byte[] authorizationServer() {
    ObjectNode metadata = shared();
    // required by RFC 8414 section 2; there is no authorization endpoint, so no response type
    metadata.putArray("response_types_supported");
    return Json.bytes(metadata);
  }

  /** {@code /.well-known/openid-configuration}, as clouds read it to federate. */
  byte[] openidConfiguration() {
    ObjectNode metadata = shared();
    metadata.putArray("response_types_supported").add("id_token");
    metadata.putArray("subject_types_supported").add("public");
    algorithms(metadata.putArray("id_token_signing_alg_values_supported"));
    // optional in OpenID Connect Discovery 1.0 section 3; AWS's IAM looks for it
    ArrayNode claims = metadata.putArray("claims_supported");
    List.of("iss", "sub", "aud", "exp", "iat", "jti").forEach(claims::add);
    return Json.bytes(metadata);
  }

  private ObjectNode shared() {
    ObjectNode metadata =
        Json.newObject()
            .put("issuer", issuer)
            .put("token_endpoint", issuer + "/oauth2/token")
            .put("jwks_uri", issuer + "/oauth2/jwks");
    metadata
        .putArray("grant_types_supported")
        .add(TokenForm.CLIENT_CREDENTIALS)
        .add(TokenForm.JWT_BEARER)
        .add(TokenForm.TOKEN_EXCHANGE);
    metadata
        .putArray("token_endpoint_auth_methods_supported")
        .add("spiffe_jwt")
        .add("spiffe_x509")
        .add("tls_client_auth")
        .add("private_key_jwt");
    ArrayNode accepted = metadata.putArray("token_endpoint_auth_signing_alg_values_supported");
    for (SignatureAlgorithm algorithm : SignatureAlgorithm.values()) {
      accepted.add(algorithm.word());
    }
    metadata.put("tls_client_certificate_bound_access_tokens", true);
    return metadata;
  }

  private void algorithms(ArrayNode array) {
    signing.stream().sorted().map(SignatureAlgorithm::word).forEach(array::add);
  }
}

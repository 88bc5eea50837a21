package io.mintmark.api.oauth;

import io.mintmark.api.Published;
import io.mintmark.api.http.Routes;
import java.time.Duration;

/** What everybody may read: metadata, keys, the trust bundle and the API's own description. */
public final class PublicEndpoints {
  private static final String AUTHORIZATION_SERVER = "/.well-known/oauth-authorization-server";
  private static final String OPENID = "/.well-known/openid-configuration";
  private static final Duration METADATA_AGE = Duration.ofMinutes(5);
  private static final String JSON = "application/json";

  private final Metadata metadata;
  private final Published published;
  private final byte[] description;

  /**
   * @param description the OpenAPI document in YAML
   */
  public PublicEndpoints(Metadata metadata, Published published, byte[] description) {
    this.metadata = metadata;
    this.published = published;
    this.description = description.clone();
  }

  /**
   * Adds the paths, with the issuer's path inserted after the well-known one (RFC 8414 section
   * 3.1).
   */
  public Routes addTo(Routes routes, String issuerPath) {
    byte[] openid = metadata.openidConfiguration();
    byte[] server = metadata.authorizationServer();
    Page authorizationServer = new Page(JSON, METADATA_AGE, () -> server);
    if (!issuerPath.isEmpty()) {
      routes.get(AUTHORIZATION_SERVER + issuerPath, authorizationServer);
    }
    return routes
        .get(AUTHORIZATION_SERVER, authorizationServer)
        .get(OPENID, new Page(JSON, METADATA_AGE, () -> openid))
        .get("/oauth2/jwks", new Page("application/jwk-set+json", age(), published::jwks))
        .get("/spiffe/bundle", new Page(JSON, age(), published::bundle))
        .get("/openapi", new Page("application/yaml", METADATA_AGE, () -> description));
  }

  /** Half the hint, so that a copy is never the reason why a prepared key is not known in time. */
  private Duration age() {
    return published.refreshHint().dividedBy(2);
  }
}

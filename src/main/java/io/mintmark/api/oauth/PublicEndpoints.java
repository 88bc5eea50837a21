package io.mintmark.api.oauth;

import io.mintmark.api.Published;
import io.mintmark.api.http.Call;
import io.mintmark.api.http.HttpAnswer;
import io.mintmark.api.http.Routes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

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
    byte[] server = metadata.authorizationServer();
    byte[] openid = metadata.openidConfiguration();
    routes.get(AUTHORIZATION_SERVER, call -> kept(call, JSON, METADATA_AGE, () -> server));
    if (!issuerPath.isEmpty()) {
      routes.get(
          AUTHORIZATION_SERVER + issuerPath, call -> kept(call, JSON, METADATA_AGE, () -> server));
    }
    return routes
        .get(OPENID, call -> kept(call, JSON, METADATA_AGE, () -> openid))
        .get("/oauth2/jwks", call -> kept(call, "application/jwk-set+json", age(), published::jwks))
        .get("/spiffe/bundle", call -> kept(call, JSON, age(), published::bundle))
        .get("/openapi", call -> kept(call, "application/yaml", METADATA_AGE, () -> description));
  }

  /** Half the hint, so that a copy is never the reason why a prepared key is not known in time. */
  private Duration age() {
    return published.refreshHint().dividedBy(2);
  }

  private static CompletionStage<HttpAnswer> kept(
      Call call, String type, Duration age, Supplier<byte[]> source) {
    byte[] body = source.get();
    String tag = tag(body);
    Map<String, String> headers =
        Map.of(
            "Content-Type", type,
            "Cache-Control", "public, max-age=" + Math.max(1, age.toSeconds()),
            "ETag", tag);
    boolean known =
        call.headers("If-None-Match").stream()
            .flatMap(value -> Arrays.stream(value.split(",", -1)))
            .anyMatch(value -> value.strip().equals(tag) || value.strip().equals("*"));
    return CompletableFuture.completedFuture(
        known ? new HttpAnswer(304, headers, new byte[0]) : new HttpAnswer(200, headers, body));
  }

  private static String tag(byte[] body) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
      return '"' + HexFormat.of().formatHex(digest, 0, 16) + '"';
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}

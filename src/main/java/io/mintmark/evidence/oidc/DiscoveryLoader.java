package io.mintmark.evidence.oidc;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.mintmark.evidence.FetchLoader;
import io.mintmark.evidence.KeyLoader;
import io.mintmark.evidence.UnusableKeys;
import io.mintmark.fetch.FetchRequest;
import io.mintmark.fetch.FetchResult;
import io.mintmark.fetch.Fetcher;
import io.mintmark.jose.JwkSet;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Finds an issuer's keys by OpenID Connect Discovery 1.0 section 4. The configured issuer alone
 * picks the URL, the document must name that issuer byte for byte (section 4.3), and the token file
 * goes to the issuer's own host only (CVE-2026-49478: a redirected discovery that leaked it).
 */
final class DiscoveryLoader implements KeyLoader<JwkSet> {
  private static final String WELL_KNOWN = "/.well-known/openid-configuration";
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String issuer;
  private final Fetcher fetcher;
  private final FetchRequest request;

  /**
   * @param terms how to fetch; its URL is not used
   */
  DiscoveryLoader(String issuer, Fetcher fetcher, FetchRequest terms) {
    this.issuer = issuer;
    this.fetcher = fetcher;
    String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    this.request = terms.to(base + WELL_KNOWN);
  }

  @Override
  public Loaded<JwkSet> load(@Nullable JwkSet learned) {
    return switch (fetcher.get(request)) {
      case FetchResult.Failed failed -> new Loaded.Failed<>(failed.detail());
      case FetchResult.Fetched(var body, _) -> {
        try {
          yield new FetchLoader<>(fetcher, keysAt(jwksUri(body)), new JwkSetFormat()).load(learned);
        } catch (UnusableKeys e) {
          yield new Loaded.Failed<>("\"" + request.url() + "\": " + e.getMessage());
        }
      }
    };
  }

  private String jwksUri(byte[] body) throws UnusableKeys {
    JsonNode document;
    try {
      document = JSON.readTree(body);
    } catch (IOException e) {
      throw new UnusableKeys("the discovery document is not JSON");
    }
    if (!document.isObject() || !document.path("issuer").isTextual()) {
      throw new UnusableKeys("the discovery document names no issuer");
    }
    if (!document.path("issuer").textValue().equals(issuer)) {
      throw new UnusableKeys("the discovery document is of another issuer than \"" + issuer + "\"");
    }
    if (!document.path("jwks_uri").isTextual()) {
      throw new UnusableKeys("the discovery document has no jwks_uri");
    }
    return document.path("jwks_uri").textValue();
  }

  /** The host may be another one, as Google's is, but then it gets no token. */
  private FetchRequest keysAt(String jwksUri) {
    FetchRequest keys = request.to(jwksUri);
    return keys.sameOriginAs(request) ? keys : keys.withTokenFile(null);
  }
}

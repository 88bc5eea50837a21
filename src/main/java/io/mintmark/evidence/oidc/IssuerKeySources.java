package io.mintmark.evidence.oidc;

import io.mintmark.evidence.FetchLoader;
import io.mintmark.evidence.FileLoader;
import io.mintmark.evidence.KeyHolder;
import io.mintmark.evidence.KeySource;
import io.mintmark.evidence.RefreshingSource;
import io.mintmark.evidence.Upkeep;
import io.mintmark.fetch.FetchRequest;
import io.mintmark.fetch.Fetcher;
import io.mintmark.fetch.LocalFile;
import io.mintmark.jose.JwkSet;

/**
 * The ways in which an issuer's keys reach the broker. Each source is of one issuer and starts at
 * once; close it when the issuer is no longer trusted.
 */
public final class IssuerKeySources {
  private final Fetcher fetcher;
  private final Upkeep upkeep;

  public IssuerKeySources(Fetcher fetcher, Upkeep upkeep) {
    this.fetcher = fetcher;
    this.upkeep = upkeep;
  }

  /** A JWK set in a file, which is followed within two seconds. */
  public KeySource<JwkSet> file(String issuer, LocalFile file) {
    return RefreshingSource.start(
        new KeyHolder.Issuer(issuer),
        place(issuer, "file " + file),
        new FileLoader<>(file, new JwkSetFormat()),
        new JwkSetFormat(),
        upkeep.with(upkeep.settings().polling()).keepingNothing());
  }

  /** A JWK set at a configured URL. */
  public KeySource<JwkSet> url(String issuer, FetchRequest jwks) {
    return RefreshingSource.start(
        new KeyHolder.Issuer(issuer),
        place(issuer, "url " + jwks.url()),
        new FetchLoader<>(fetcher, jwks, new JwkSetFormat()),
        new JwkSetFormat(),
        upkeep);
  }

  /**
   * OpenID Connect Discovery at the issuer.
   *
   * @param terms trust, token file and addresses of both fetches; its URL is not used
   */
  public KeySource<JwkSet> discovery(String issuer, FetchRequest terms) {
    return RefreshingSource.start(
        new KeyHolder.Issuer(issuer),
        place(issuer, "discovery"),
        new DiscoveryLoader(issuer, fetcher, terms),
        new JwkSetFormat(),
        upkeep);
  }

  private static String place(String issuer, String from) {
    return "issuer " + issuer + " " + from;
  }
}

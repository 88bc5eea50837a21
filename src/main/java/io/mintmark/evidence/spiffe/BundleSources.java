package io.mintmark.evidence.spiffe;

import io.mintmark.evidence.FetchLoader;
import io.mintmark.evidence.FileLoader;
import io.mintmark.evidence.KeyHolder;
import io.mintmark.evidence.KeyLoader;
import io.mintmark.evidence.KeySource;
import io.mintmark.evidence.RefreshingSource;
import io.mintmark.evidence.Upkeep;
import io.mintmark.fetch.FetchRequest;
import io.mintmark.fetch.Fetcher;
import io.mintmark.fetch.LocalFile;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.net.URI;
import java.util.function.Supplier;

/**
 * The ways in which a trust domain's bundle reaches the broker. Each source is of one trust domain
 * and starts at once; close it when the trust domain is no longer trusted.
 */
public final class BundleSources {
  private final Fetcher fetcher;
  private final Upkeep upkeep;

  public BundleSources(Fetcher fetcher, Upkeep upkeep) {
    this.fetcher = fetcher;
    this.upkeep = upkeep;
  }

  /** A file, SPIFFE JSON or PEM, which is followed within two seconds. */
  public KeySource<Bundle> file(TrustDomain trustDomain, LocalFile file) {
    var format = new BundleFileFormat(trustDomain);
    return RefreshingSource.start(
        new KeyHolder.Domain(trustDomain),
        place(trustDomain, "file " + file),
        new FileLoader<>(file, format),
        format,
        upkeep.with(upkeep.settings().polling()).keepingNothing());
  }

  /** A bundle endpoint of profile {@code https_web} (SPIFFE Federation section 5.2.1). */
  public KeySource<Bundle> webEndpoint(TrustDomain trustDomain, FetchRequest endpoint) {
    var format = new BundleFormat(trustDomain);
    return start(
        trustDomain, "https_web " + endpoint.url(), new FetchLoader<>(fetcher, endpoint, format));
  }

  /**
   * A bundle endpoint of profile {@code https_spiffe} (section 5.2.2).
   *
   * @param endpoint the URL and the addresses it may reach; its trust is not used
   * @param endpointId whose X.509-SVID the endpoint must show; of the same trust domain, since
   *     another's bundle would have to vouch for it
   * @param bootstrap a file with the first bundle; it vouches once, and what was learned since is
   *     kept for the trust domain, wherever its endpoint is
   * @throws IllegalArgumentException where the endpoint is of another trust domain
   */
  public KeySource<Bundle> spiffeEndpoint(
      TrustDomain trustDomain, FetchRequest endpoint, WorkloadId endpointId, LocalFile bootstrap) {
    if (!endpointId.trustDomain().equals(trustDomain)) {
      throw new IllegalArgumentException(
          "bundle endpoint \"%s\" is not in trust domain \"%s\""
              .formatted(endpointId, trustDomain));
    }
    String from = "https_spiffe";
    return start(
        trustDomain,
        from,
        new SpiffeEndpointLoader(
            fetcher,
            endpoint,
            endpointId,
            bootstrap,
            new UsedBootstraps(trustDomain, upkeep.lastGood(), upkeep.clock()),
            upkeep.lastGood().whereabouts(place(trustDomain, from)),
            upkeep.clock()));
  }

  /**
   * The SPIFFE Workload API of an agent on this machine.
   *
   * @param socket {@code unix:///absolute/path}
   * @throws IllegalArgumentException where it is not
   */
  public KeySource<Bundle> workloadApi(TrustDomain trustDomain, URI socket) {
    return WorkloadApiSource.start(trustDomain, socket, upkeep);
  }

  /** The broker's own bundle. */
  public KeySource<Bundle> own(Supplier<Bundle> bundle) {
    return new OwnBundleSource(bundle, upkeep.clock());
  }

  static String place(TrustDomain trustDomain, String from) {
    return "bundle " + trustDomain + " " + from;
  }

  private KeySource<Bundle> start(TrustDomain trustDomain, String from, KeyLoader<Bundle> loader) {
    return RefreshingSource.start(
        new KeyHolder.Domain(trustDomain),
        place(trustDomain, from),
        loader,
        new BundleFormat(trustDomain),
        upkeep);
  }
}

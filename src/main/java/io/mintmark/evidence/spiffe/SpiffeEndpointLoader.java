package io.mintmark.evidence.spiffe;

import io.mintmark.evidence.FetchLoader;
import io.mintmark.evidence.FileLoader;
import io.mintmark.evidence.KeyLoader;
import io.mintmark.evidence.UnusableKeys;
import io.mintmark.fetch.FetchRequest;
import io.mintmark.fetch.Fetcher;
import io.mintmark.fetch.TlsTrust;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.WorkloadId;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a bundle from an endpoint that proves itself by the bundle it served before, at first by
 * the one of a file (SPIFFE Federation section 5.2.2).
 */
final class SpiffeEndpointLoader implements KeyLoader<Bundle> {
  private final Fetcher fetcher;
  private final FetchRequest request;
  private final WorkloadId endpointId;
  private final Path bootstrap;
  private final InstantSource clock;

  SpiffeEndpointLoader(
      Fetcher fetcher,
      FetchRequest request,
      WorkloadId endpointId,
      Path bootstrap,
      InstantSource clock) {
    this.fetcher = fetcher;
    this.request = request;
    this.endpointId = endpointId;
    this.bootstrap = bootstrap;
    this.clock = clock;
  }

  @Override
  public Loaded<Bundle> load(@Nullable Bundle trusted) {
    Bundle authority;
    try {
      authority = authority(trusted);
    } catch (UnusableKeys e) {
      return new Loaded.Failed<>("bootstrap " + e.getMessage());
    }
    var trust = new TlsTrust.Peer(new SpiffePeerTrust(endpointId, authority, clock));
    var format = new BundleFormat(endpointId.trustDomain());
    return new FetchLoader<>(fetcher, request.trusting(trust), format).load(trusted);
  }

  /**
   * The newest bundle alone: an authority that was rotated out vouches for nothing. A bootstrap
   * file of a higher sequence is newer, so that an operator can mend a federation that fell behind.
   */
  private Bundle authority(@Nullable Bundle trusted) throws UnusableKeys {
    var file = new FileLoader<>(bootstrap, new BundleFileFormat(endpointId.trustDomain()));
    if (trusted == null) {
      return file.read();
    }
    try {
      Bundle given = file.read();
      Long sequence = given.sequence();
      Long known = trusted.sequence();
      return sequence != null && known != null && sequence > known ? given : trusted;
    } catch (UnusableKeys gone) {
      return trusted;
    }
  }
}

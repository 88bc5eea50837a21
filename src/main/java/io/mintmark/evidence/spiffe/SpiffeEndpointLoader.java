package io.mintmark.evidence.spiffe;

import io.mintmark.evidence.FetchLoader;
import io.mintmark.evidence.FileLoader;
import io.mintmark.evidence.KeyLoader;
import io.mintmark.evidence.UnusableKeys;
import io.mintmark.fetch.FetchRequest;
import io.mintmark.fetch.Fetcher;
import io.mintmark.fetch.LocalFile;
import io.mintmark.fetch.TlsTrust;
import io.mintmark.fetch.UntrustedPeer;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.PeerTrust;
import io.mintmark.workload.WorkloadId;
import java.io.IOException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a bundle from an endpoint that proves itself by the bundle that was learned last, however
 * old that is, and at first by the one of a file (SPIFFE Federation section 5.2.2.4). The file
 * vouches once: an authority that was rotated out since must not come back by it, not after a long
 * outage and not after a restart.
 */
final class SpiffeEndpointLoader implements KeyLoader<Bundle> {
  private static final String REMEDY = "put in a newer bootstrap file of the trust domain";

  private final Fetcher fetcher;
  private final FetchRequest request;
  private final WorkloadId endpointId;
  private final LocalFile bootstrap;
  private final UsedBootstraps used;
  private final String keptAt;
  private final InstantSource clock;

  /** The bootstrap bundle that the last fetch was checked by; null where it was by another. */
  private @Nullable Bundle vouching;

  /**
   * @param keptAt where an operator finds what was learned
   */
  SpiffeEndpointLoader(
      Fetcher fetcher,
      FetchRequest request,
      WorkloadId endpointId,
      LocalFile bootstrap,
      UsedBootstraps used,
      String keptAt,
      InstantSource clock) {
    this.fetcher = fetcher;
    this.request = request;
    this.endpointId = endpointId;
    this.bootstrap = bootstrap;
    this.used = used;
    this.keptAt = keptAt;
    this.clock = clock;
  }

  @Override
  public Loaded<Bundle> load(@Nullable Bundle learned) {
    vouching = null;
    Bundle given;
    try {
      given =
          new FileLoader<>(bootstrap, new BundleFileFormat(endpointId.trustDomain())).read().keys();
    } catch (UnusableKeys e) {
      return learned == null ? new Loaded.Failed<>("bootstrap " + e.getMessage()) : byIt(learned);
    }
    if (used.contain(given)) {
      return learned == null
          ? new Loaded.Failed<>(
              "bootstrap file \"%s\" has vouched before and does so once: %s, or %s"
                  .formatted(bootstrap, REMEDY, forgetting(used.whereabouts())))
          : byIt(learned);
    }
    if (learned == null || isNewer(given.sequence(), learned.sequence())) {
      vouching = given;
      return fetched(given);
    }
    return switch (byIt(learned)) {
      case Loaded.Failed<Bundle>(var error) ->
          new Loaded.Failed<>(
              error
                  + "; the bootstrap file is older than what was learned, so it does not vouch: if"
                  + " the trust domain was rebuilt, "
                  + forgetting(keptAt));
      case Loaded.Fresh<Bundle> fresh -> fresh;
      case Loaded.Unchanged<Bundle> unchanged -> unchanged;
    };
  }

  /** What a bootstrap bundle vouched for counts only once it is on disk that it did. */
  @Override
  public void taking() throws UnusableKeys {
    if (vouching != null) {
      try {
        used.add(vouching);
      } catch (IOException e) {
        throw new UnusableKeys("it cannot be noted that the bootstrap file vouched");
      }
    }
  }

  /** Whether an operator meant it to replace what was learned; PEM has no sequence to go back. */
  private static boolean isNewer(@Nullable Long given, @Nullable Long learned) {
    return given == null || learned == null || given > learned;
  }

  private static String forgetting(String whereabouts) {
    return "stop the broker and delete " + whereabouts;
  }

  private Loaded<Bundle> byIt(Bundle learned) {
    return learned.x509Authorities().isEmpty()
        ? new Loaded.Failed<>(
            "the bundle that was learned last has no authority to check the endpoint by: " + REMEDY)
        : fetched(learned);
  }

  private Loaded<Bundle> fetched(Bundle authority) {
    var peer = new PeerTrust(endpointId, () -> authority, clock, SpiffeEndpointLoader::untrusted);
    var trust = new TlsTrust.Peer(peer);
    var format = new BundleFormat(endpointId.trustDomain());
    return new FetchLoader<>(fetcher, request.trusting(trust), format).load(null);
  }

  private static UntrustedPeer untrusted(PeerTrust.Distrust why) {
    return new UntrustedPeer(
        switch (why) {
          case PeerTrust.Distrust.NoSvid _ ->
              why.sentence()
                  + "; if all authorities that are known here were rotated out, put in a newer"
                  + " bootstrap file";
          case PeerTrust.Distrust.Another _ -> why.sentence();
        });
  }
}

package io.mintmark.evidence.trust;

import io.mintmark.evidence.Platform;
import io.mintmark.evidence.ReplayGuard;
import io.mintmark.spiffe.Bundle;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.TrustDomain;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What trust documents are compiled against.
 *
 * @param trustDomain the broker's own
 * @param issuer the broker's own issuer URL: the audience that evidence must have
 * @param ownBundle the public half of the broker's key ring
 * @param platforms whose tokens this build can check
 * @param mayBlock whether the calling thread may wait for a fetch: never one of an event loop
 */
public record TrustContext(
    TrustDomain trustDomain,
    String issuer,
    Supplier<Bundle> ownBundle,
    TrustSources sources,
    ReplayGuard replayGuard,
    InstantSource clock,
    List<Platform> platforms,
    BooleanSupplier mayBlock) {
  public TrustContext {
    platforms = List.copyOf(platforms);
  }

  /** Fetches are waited for on virtual threads only. */
  public TrustContext(
      TrustDomain trustDomain,
      String issuer,
      Supplier<Bundle> ownBundle,
      TrustSources sources,
      ReplayGuard replayGuard,
      InstantSource clock,
      List<Platform> platforms) {
    this(
        trustDomain,
        issuer,
        ownBundle,
        sources,
        replayGuard,
        clock,
        platforms,
        () -> Thread.currentThread().isVirtual());
  }

  Optional<Platform> platform(String type) {
    return EvidenceKind.ofWord(type)
        .flatMap(kind -> platforms.stream().filter(one -> one.kind() == kind).findFirst());
  }
}

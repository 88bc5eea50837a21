package io.mintmark.evidence.trust;

import io.mintmark.evidence.BundleOrigin;
import io.mintmark.evidence.JwksOrigin;
import io.mintmark.evidence.KeySource;
import io.mintmark.evidence.KeySources;
import io.mintmark.evidence.ReviewOrigin;
import io.mintmark.evidence.Reviewer;
import io.mintmark.evidence.Reviewers;
import io.mintmark.jose.JwkSet;
import io.mintmark.spiffe.Bundle;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The live key sources and reviewers by origin: what a change of documents leaves as it was keeps
 * its warm keys.
 */
public final class TrustSources implements AutoCloseable {
  private final KeySources factory;
  private final Reviewers reviewing;
  private final Map<BundleOrigin, KeySource<Bundle>> bundles = new HashMap<>();
  private final Map<JwksOrigin, KeySource<JwkSet>> keys = new HashMap<>();
  private final Map<ReviewOrigin, Reviewer> reviewers = new HashMap<>();
  private Set<Reviewer> reviewersInForce = identities(List.of());
  private Set<KeySource<?>> inForce = identities(List.of());
  private boolean closed;

  /** Sources for documents that have nobody asked about tokens; whoever must be, is refused. */
  public TrustSources(KeySources factory) {
    this(factory, Reviewers.NONE);
  }

  public TrustSources(KeySources factory, Reviewers reviewing) {
    this.factory = factory;
    this.reviewing = reviewing;
  }

  synchronized KeySource<Bundle> bundles(BundleOrigin origin) {
    requireOpen();
    return bundles.computeIfAbsent(origin, factory::bundles);
  }

  synchronized KeySource<JwkSet> keys(JwksOrigin origin) {
    requireOpen();
    return keys.computeIfAbsent(origin, factory::keys);
  }

  synchronized Reviewer reviewer(ReviewOrigin origin) {
    requireOpen();
    return reviewers.computeIfAbsent(origin, reviewing::open);
  }

  /** Closes every source that the attestor in force does not use; call it after the swap. */
  public synchronized void keepOnly(TrustAttestor attestor) {
    inForce = identities(attestor.sources());
    reviewersInForce = identities(attestor.reviewers());
    closeUnused();
  }

  /** Closes every source that was opened for documents that did not come into force. */
  public synchronized void dropDrafts() {
    closeUnused();
  }

  /** How many sources are alive. */
  public synchronized int size() {
    return bundles.size() + keys.size() + reviewers.size();
  }

  @Override
  public synchronized void close() {
    closed = true;
    inForce = identities(List.of());
    reviewersInForce = identities(List.of());
    closeUnused();
  }

  private void closeUnused() {
    retain(bundles, inForce, KeySource::close);
    retain(keys, inForce, KeySource::close);
    retain(reviewers, reviewersInForce, Reviewer::close);
  }

  private static <S> Set<S> identities(Collection<S> sources) {
    Set<S> set = Collections.newSetFromMap(new IdentityHashMap<>());
    set.addAll(sources);
    return set;
  }

  private static <O, S> void retain(
      Map<O, ? extends S> sources, Set<? extends S> kept, Consumer<S> close) {
    sources
        .values()
        .removeIf(
            source -> {
              if (kept.contains(source)) {
                return false;
              }
              close.accept(source);
              return true;
            });
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("key sources are closed");
    }
  }
}

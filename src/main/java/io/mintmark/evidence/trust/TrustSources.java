package io.mintmark.evidence.trust;

import io.mintmark.evidence.BundleOrigin;
import io.mintmark.evidence.JwksOrigin;
import io.mintmark.evidence.KeySource;
import io.mintmark.evidence.KeySources;
import io.mintmark.jose.JwkSet;
import io.mintmark.spiffe.Bundle;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The live key sources by origin: what a change of documents leaves as it was keeps its warm keys.
 */
public final class TrustSources implements AutoCloseable {
  private final KeySources factory;
  private final Map<BundleOrigin, KeySource<Bundle>> bundles = new HashMap<>();
  private final Map<JwksOrigin, KeySource<JwkSet>> keys = new HashMap<>();
  private Set<KeySource<?>> inForce = identities(List.of());
  private boolean closed;

  public TrustSources(KeySources factory) {
    this.factory = factory;
  }

  synchronized KeySource<Bundle> bundles(BundleOrigin origin) {
    requireOpen();
    return bundles.computeIfAbsent(origin, factory::bundles);
  }

  synchronized KeySource<JwkSet> keys(JwksOrigin origin) {
    requireOpen();
    return keys.computeIfAbsent(origin, factory::keys);
  }

  /** Closes every source that the attestor in force does not use; call it after the swap. */
  public synchronized void keepOnly(TrustAttestor attestor) {
    inForce = identities(attestor.sources());
    closeAllBut(inForce);
  }

  /** Closes every source that was opened for documents that did not come into force. */
  public synchronized void dropDrafts() {
    closeAllBut(inForce);
  }

  /** How many sources are alive. */
  public synchronized int size() {
    return bundles.size() + keys.size();
  }

  @Override
  public synchronized void close() {
    closed = true;
    inForce = identities(List.of());
    closeAllBut(inForce);
  }

  private void closeAllBut(Set<KeySource<?>> kept) {
    retain(bundles, kept);
    retain(keys, kept);
  }

  private static Set<KeySource<?>> identities(Collection<KeySource<?>> sources) {
    Set<KeySource<?>> set = Collections.newSetFromMap(new IdentityHashMap<>());
    set.addAll(sources);
    return set;
  }

  private static <O, T> void retain(Map<O, KeySource<T>> sources, Set<KeySource<?>> kept) {
    sources
        .values()
        .removeIf(
            source -> {
              if (kept.contains(source)) {
                return false;
              }
              source.close();
              return true;
            });
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("key sources are closed");
    }
  }
}

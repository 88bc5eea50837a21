package io.mintmark.kubernetes.signing;

import io.mintmark.credential.Mint;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.DocumentSet;
import io.mintmark.documents.Documents;
import io.mintmark.evidence.Attestor;
import io.mintmark.evidence.BundleOrigin;
import io.mintmark.evidence.JwksOrigin;
import io.mintmark.evidence.KeySource;
import io.mintmark.evidence.KeySources;
import io.mintmark.evidence.NoKeys;
import io.mintmark.evidence.kubernetes.Kubernetes;
import io.mintmark.evidence.trust.TrustCompilation;
import io.mintmark.evidence.trust.TrustCompiler;
import io.mintmark.evidence.trust.TrustContext;
import io.mintmark.evidence.trust.TrustSources;
import io.mintmark.exchange.Exchange;
import io.mintmark.exchange.SilentObserver;
import io.mintmark.exchange.World;
import io.mintmark.exchange.Worlds;
import io.mintmark.jose.JwkSet;
import io.mintmark.keys.KeyRing;
import io.mintmark.keys.KeySettings;
import io.mintmark.ledger.Ledger;
import io.mintmark.ledger.LedgerRecord;
import io.mintmark.ledger.LedgerUnavailable;
import io.mintmark.policy.Compilation;
import io.mintmark.policy.Policy;
import io.mintmark.policy.PolicyContext;
import io.mintmark.spiffe.Bundle;
import io.mintmark.storage.memory.MemoryKeyStore;
import io.mintmark.storage.memory.MemoryReplayGuard;
import io.mintmark.workload.TrustDomain;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A broker's trust, policy, keys and record in memory, and a desk before them. */
final class Office implements KeySources {
  static final Instant NOW = Instant.parse("2026-11-22T12:00:05Z");
  static final TrustDomain DOMAIN = new TrustDomain("broker.example.org");
  static final String CLUSTER =
      """
      apiVersion: mintmark.io/v1
      kind: Issuer
      metadata: {name: cluster}
      spec:
        type: kubernetes
        issuer: https://cluster.example.org
        review: never
        certificateRequests: [pod-certificate, kubernetes-csr]
        identity: spiffe://broker.example.org/ns/{namespace}/sa/{serviceaccount}
      """;

  final List<LedgerRecord> records = new CopyOnWriteArrayList<>();
  volatile boolean ledgerFails;
  volatile boolean policyIsCurrent = true;
  volatile @Nullable String contradiction;
  final Worlds worlds;
  final Desk desk;
  private final InstantSource clock = () -> NOW;

  /**
   * @param begun how long the authority has been there
   */
  Office(String documents, java.time.Duration begun) {
    try {
      KeyRing ring =
          KeyRing.open(
              KeySettings.defaults(DOMAIN),
              new MemoryKeyStore(),
              Set.of(),
              System::nanoTime,
              NOW.minus(begun));
      DocumentSet set = Documents.parse("test", documents).load();
      Ledger ledger = this::append;
      worlds = new Worlds(new World(attestor(set), policy(set)));
      Exchange exchange =
          new Exchange(
              worlds,
              new Mint(ring, "https://mintmark.example.org", new SecureRandom()),
              ledger,
              id -> true,
              new SilentObserver(),
              clock,
              new SplittableRandom(),
              Runnable::run);
      desk = new Desk(exchange, facts -> contradiction, () -> policyIsCurrent, clock, "127.0.0.1");
    } catch (IOException | DocumentErrors e) {
      throw new AssertionError(e);
    }
  }

  /** Puts other documents in force. */
  void say(String documents) {
    try {
      DocumentSet set = Documents.parse("test", documents).load();
      worlds.swap(new World(attestor(set), policy(set)));
    } catch (DocumentErrors e) {
      throw new AssertionError(e);
    }
  }

  static String grant(String account, String lifetime) {
    return """
    ---
    apiVersion: mintmark.io/v1
    kind: Grant
    metadata: {name: %s}
    spec:
      owner: a@example.org
      workload: spiffe://broker.example.org/ns/payments/sa/%s
      evidence: [pod-certificate, kubernetes-csr]
      issue: {x509Svid: {lifetime: %s}}
    """
        .formatted(account, account, lifetime);
  }

  private CompletableFuture<Long> append(LedgerRecord line) {
    if (ledgerFails) {
      return CompletableFuture.failedFuture(new LedgerUnavailable("the disk is full"));
    }
    records.add(line);
    return CompletableFuture.completedFuture((long) records.size());
  }

  private Attestor attestor(DocumentSet documents) {
    TrustContext context =
        new TrustContext(
            DOMAIN,
            "https://mintmark.example.org",
            () -> new Bundle(DOMAIN, List.of(), List.of(), null, null),
            new TrustSources(this),
            new MemoryReplayGuard(10, NOW),
            clock,
            List.of(new Kubernetes()));
    return switch (TrustCompiler.compile(documents, context)) {
      case TrustCompilation.Compiled(var attestor, var warnings) -> attestor;
      case TrustCompilation.Broken broken -> throw new AssertionError(broken.toString());
    };
  }

  private static Policy policy(DocumentSet documents) {
    return switch (Policy.compile(
        documents, new PolicyContext(DOMAIN, "https://mintmark.example.org"))) {
      case Compilation.Compiled compiled -> compiled.policy();
      case Compilation.Rejected rejected -> throw new AssertionError(rejected.toString());
    };
  }

  @Override
  public KeySource<Bundle> bundles(BundleOrigin origin) {
    return new NoKeys<>();
  }

  @Override
  public KeySource<JwkSet> keys(JwksOrigin origin) {
    return new NoKeys<>();
  }
}

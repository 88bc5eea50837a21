package io.mintmark;

import io.mintmark.cli.dev.DevDocuments;
import io.mintmark.credential.Mint;
import io.mintmark.documents.Custody;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.DocumentSource;
import io.mintmark.documents.Documents;
import io.mintmark.documents.FolderSource;
import io.mintmark.evidence.Background;
import io.mintmark.evidence.RefreshSettings;
import io.mintmark.evidence.SourceListener;
import io.mintmark.evidence.Upkeep;
import io.mintmark.evidence.kubernetes.Kubernetes;
import io.mintmark.evidence.oidc.GitHub;
import io.mintmark.evidence.oidc.GitLab;
import io.mintmark.evidence.oidc.Oidc;
import io.mintmark.evidence.trust.TrustContext;
import io.mintmark.evidence.trust.TrustSources;
import io.mintmark.evidence.trust.TrustStatus;
import io.mintmark.exchange.Exchange;
import io.mintmark.exchange.IdentityLimit;
import io.mintmark.exchange.Observer;
import io.mintmark.exchange.Worlds;
import io.mintmark.fetch.FetchLimits;
import io.mintmark.fetch.Fetcher;
import io.mintmark.fetch.Resolver;
import io.mintmark.keys.KeyRing;
import io.mintmark.kubernetes.policy.ClusterDocuments;
import io.mintmark.kubernetes.policy.ClusterView;
import io.mintmark.kubernetes.policy.PolicyResources;
import io.mintmark.kubernetes.policy.Validation;
import io.mintmark.kubernetes.review.ClusterReviewers;
import io.mintmark.kubernetes.review.ReviewListener;
import io.mintmark.kubernetes.signing.Signing;
import io.mintmark.kubernetes.signing.SigningListener;
import io.mintmark.ledger.Journal;
import io.mintmark.ledger.Ledger;
import io.mintmark.ledger.LedgerListener;
import io.mintmark.ledger.RefusalSummary;
import io.mintmark.policy.PolicyContext;
import io.mintmark.spiffe.Bundle;
import io.mintmark.storage.files.FileKeyStore;
import io.mintmark.storage.files.FileLastGood;
import io.mintmark.storage.memory.MemoryReplayGuard;
import io.mintmark.workload.TrustDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The rooms put together, without a framework: what a listener needs to serve exchanges. */
final class Broker implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Broker.class);
  private static final Duration CLUSTER_PATIENCE = Duration.ofSeconds(30);
  private static final Duration KEY_TICK = Duration.ofSeconds(30);

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final KeyRing keys;
  private final Journal journal;
  private final Chronicle chronicle;
  private final OwnCluster cluster;
  private final @Nullable PolicyResources resources;
  private final @Nullable Signing signing;
  private final PolicyFolder policy;
  private final Exchange exchange;

  /** Who wants to hear how the broker does; all must return at once. */
  record Listeners(
      Observer exchanges,
      LedgerListener ledger,
      SourceListener sources,
      ReviewListener reviews,
      SigningListener signing) {}

  /**
   * Opens the data folder, key ring, ledger, trust sources and policy, in this order.
   *
   * @throws IOException with a sentence for the operator
   * @throws DocumentErrors where the policy cannot be used
   */
  static Broker open(
      BrokerSettings settings, InstantSource clock, IdentityLimit limit, Listeners listeners)
      throws IOException, DocumentErrors {
    return new Broker(settings, clock, limit, listeners);
  }

  private Broker(
      BrokerSettings settings, InstantSource clock, IdentityLimit limit, Listeners listeners)
      throws IOException, DocumentErrors {
    try {
      dataFolder(settings.data());
      this.keys =
          KeyRing.open(
              settings.keys(),
              new FileKeyStore(settings.data().resolve("keys")),
              java.util.Set.of(),
              System::nanoTime,
              clock.instant());
      this.journal =
          opened(
              Journal.open(
                  settings.data(),
                  settings.journal(),
                  new CheckpointKey(keys.checkpointKey()),
                  clock,
                  listeners.ledger()));
      Ledger ledger =
          new LoopLedger(opened(new RefusalSummary(journal, settings.refusalsPerSecond(), clock)));
      RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
      this.chronicle = new Chronicle(ledger, clock, random);
      keys.recordedBy(chronicle);
      Background background = opened(Background.daemon());
      this.cluster = opened(new OwnCluster(settings.kubeconfig()));
      this.resources =
          settings.cluster().policy() ? opened(new PolicyResources(cluster.open(), clock)) : null;
      this.policy = opened(policy(settings, clock, listeners, background));
      this.exchange =
          new Exchange(
              policy.worlds(),
              new Mint(keys, settings.issuer(), new SecureRandom()),
              ledger,
              limit,
              listeners.exchanges(),
              clock,
              random,
              new WaitingExecutor(settings.waitingExchanges()));
      chronicle.started(policy.state().version());
      tickKeys(background, clock);
      this.signing = serveCluster(settings, clock, listeners.signing());
    } catch (IOException | DocumentErrors | RuntimeException failed) {
      close();
      throw failed;
    }
  }

  Exchange exchange() {
    return exchange;
  }

  /** What API servers ask before they store a document; null where theirs are no policy. */
  @Nullable Validation validation(PolicyContext context) {
    PolicyResources documents = resources;
    return documents == null
        ? null
        : new Validation(
            policy::files,
            documents::now,
            (all, issuer, trust) -> ValidationEnd.check(all, context.ofCluster(issuer), trust));
  }

  /** The cluster that the broker works with. */
  OwnCluster cluster() {
    return cluster;
  }

  /** The cluster's documents; null where they are no policy. */
  @Nullable PolicyResources resources() {
    return resources;
  }

  /** Null where the cluster's requests for certificates are not served. */
  @Nullable Signing signing() {
    return signing;
  }

  KeyRing keys() {
    return keys;
  }

  Chronicle chronicle() {
    return chronicle;
  }

  Journal journal() {
    return journal;
  }

  Worlds worlds() {
    return policy.worlds();
  }

  PolicyState policy() {
    return policy.state();
  }

  Map<TrustDomain, Bundle> bundles(Instant now) {
    return policy.bundles(now);
  }

  TrustStatus trust(Instant now) {
    return policy.trust(now);
  }

  /** Closes in reverse order: the ledger last, when no exchange can begin any more. */
  @Override
  public void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception failed) {
        // AutoCloseable says no more of what it throws, and the others must be closed all the same
        LOG.error("not closed cleanly", failed);
      }
    }
  }

  private PolicyFolder policy(
      BrokerSettings settings, InstantSource clock, Listeners listeners, Background background)
      throws IOException, DocumentErrors {
    Custody custody =
        settings.dev() ? Custody.ANYBODY : Custody.of(ownerOfNewFiles(settings.data()));
    FolderSource folder = new FolderSource(settings.policy(), custody);
    DocumentSource source = folder;
    Map<String, Path> builtIn = Map.of();
    if (settings.dev()) {
      DevDocuments dev = DevDocuments.of(settings.data(), clock);
      source = Documents.combined(List.of(folder, dev.documents()));
      builtIn = dev.files();
    }
    Duration keyAge = settings.keyAge();
    RefreshSettings refresh =
        keyAge == null ? RefreshSettings.DEFAULT : RefreshSettings.DEFAULT.withMaxAge(keyAge);
    Upkeep upkeep =
        new Upkeep(
            background,
            clock,
            new SplittableRandom(),
            new FileLastGood(settings.data().resolve("last-good")),
            listeners.sources(),
            refresh);
    Fetcher fetcher = opened(new Fetcher(FetchLimits.DEFAULT, Resolver.system()));
    DocumentedSources documented =
        new DocumentedSources(folder, builtIn, keys::bundle, fetcher, upkeep);
    TrustSources sources =
        opened(
            new TrustSources(
                documented,
                new ClusterReviewers(cluster, documented::token, listeners.reviews(), clock)));
    TrustContext trust =
        new TrustContext(
            settings.trustDomain(),
            settings.issuer(),
            keys::bundle,
            sources,
            new MemoryReplayGuard(settings.singleUseProofs(), clock.instant()),
            clock,
            List.of(new Kubernetes(), new GitHub(), new GitLab(), new Oidc()));
    PolicyResources documents = resources;
    return new PolicyFolder(
        folder,
        source,
        trust,
        new PolicyContext(settings.trustDomain(), settings.issuer()),
        new Steward(keys, chronicle, clock),
        documents == null ? ClusterDocuments.NONE : documents,
        documents == null ? ClusterView.NONE : documents.first(CLUSTER_PATIENCE));
  }

  private @Nullable Signing serveCluster(
      BrokerSettings settings, InstantSource clock, SigningListener listener) throws IOException {
    if (settings.cluster().trustBundle()) {
      opened(
          Signing.publish(
              cluster.open(),
              settings.trustDomain(),
              () -> keys.bundle().x509Authorities(),
              listener));
    }
    if (!settings.cluster().signing()) {
      return null;
    }
    PolicyResources documents = resources;
    return opened(
        Signing.serve(
            cluster.open(),
            exchange,
            policy.worlds(),
            () -> documents == null || documents.isWatching(),
            clock,
            listener));
  }

  private void tickKeys(Background background, InstantSource clock) {
    background.later(
        KEY_TICK,
        () -> {
          try {
            Optional<String> before = keys.problem();
            keys.tick(clock.instant());
            keys.problem().filter(now -> !before.equals(Optional.of(now))).ifPresent(LOG::error);
          } catch (IOException | RuntimeException | Error failed) {
            LOG.error(
                "the key ring could not do what is due and signs on with what it has", failed);
          }
          tickKeys(background, clock);
        });
  }

  private static void dataFolder(Path data) throws IOException {
    if (!Files.isDirectory(data)) {
      Files.createDirectories(
          data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    if (!Files.isWritable(data)) {
      throw new IOException("data folder \"" + data + "\" cannot be written");
    }
  }

  /** The user that runs this process, whom Java does not tell. */
  private static UserPrincipal ownerOfNewFiles(Path data) throws IOException {
    Path probe = Files.createTempFile(data, "owner", ".probe");
    try {
      return Files.getOwner(probe, LinkOption.NOFOLLOW_LINKS);
    } finally {
      Files.delete(probe);
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.push(part);
    return part;
  }
}

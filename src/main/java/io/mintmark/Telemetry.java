package io.mintmark;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.mintmark.api.Shed;
import io.mintmark.api.http.Connections;
import io.mintmark.evidence.KeyHolder;
import io.mintmark.evidence.SourceListener;
import io.mintmark.evidence.trust.TrustStatus;
import io.mintmark.exchange.Course;
import io.mintmark.exchange.Observer;
import io.mintmark.jose.Crypto;
import io.mintmark.keys.KeyView;
import io.mintmark.kubernetes.policy.PolicyResources;
import io.mintmark.kubernetes.review.ReviewListener;
import io.mintmark.kubernetes.signing.Signing;
import io.mintmark.kubernetes.signing.SigningListener;
import io.mintmark.ledger.LedgerListener;
import io.mintmark.storage.jdbc.ProjectionListener;
import io.mintmark.workload.CredentialKind;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The metrics, by the names that users rely on. Labels are closed sets, never what a caller sent.
 */
final class Telemetry
    implements Observer, LedgerListener, SourceListener, ReviewListener, SigningListener {
  private static final Logger LOG = Logger.getLogger(Telemetry.class);
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(2),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(50),
    Duration.ofMillis(250),
    Duration.ofSeconds(1)
  };

  private final MeterRegistry registry;
  private final @Nullable Traces traces;
  private final Map<Stage, Timer> stages = new EnumMap<>(Stage.class);
  private final Map<Ended, Counter> exchanges = new ConcurrentHashMap<>();
  private final Map<Shed, Counter> sheds = new EnumMap<>(Shed.class);
  private final Timer syncs;
  private final DistributionSummary batches;
  private final Counter packingFailures;
  private final Map<KeyHolder, Counter> fetchFailures = new ConcurrentHashMap<>();
  private final SlowGauge bundleAges;
  private final SlowGauge issuerAges;
  private final SlowGauge keyAges;
  private final SlowGauge policies;

  private record Ended(
      String outcome,
      @Nullable Reason reason,
      @Nullable EvidenceKind evidence,
      @Nullable CredentialKind credential) {
    Tags tags() {
      return Tags.of(
          "outcome", outcome,
          "reason", reason == null ? "none" : reason.word(),
          "evidence", evidence == null ? "none" : evidence.word(),
          "credential", credential == null ? "none" : credential.word());
    }
  }

  /**
   * @param traces where exchanges are traced to; null where they are not
   */
  Telemetry(MeterRegistry registry, @Nullable Traces traces) {
    this.registry = registry;
    this.traces = traces;
    for (Stage stage : Stage.values()) {
      stages.put(
          stage, timer("mintmark.exchange", "How long a stage of an exchange takes", stage.name()));
    }
    for (Shed why : Shed.values()) {
      sheds.put(why, sheds(why));
    }
    this.syncs =
        Timer.builder("mintmark.ledger.sync")
            .description("How long writing, forcing and signing a batch of records takes")
            .serviceLevelObjectives(BUCKETS)
            .register(registry);
    this.batches =
        DistributionSummary.builder("mintmark.ledger.batch.records")
            .description("How many records share a sync")
            .register(registry);
    this.packingFailures =
        Counter.builder("mintmark.ledger.packing.failures")
            .description("Attempts to pack closed segments after which some were left plain")
            .register(registry);
    this.bundleAges =
        ages(
            "mintmark.bundle.age",
            "Time since the keys of a trust domain were last good; +Inf where they never were");
    this.issuerAges =
        ages(
            "mintmark.issuer.age",
            "Time since the keys of an issuer were last good; +Inf where they never were");
    this.keyAges = ages("mintmark.key.age", "Age of the broker's own keys");
    this.policies =
        new SlowGauge(
            MultiGauge.builder("mintmark.policy.info")
                .description("1, with the digest of the policy in force"),
            registry);
    Gauge.builder("mintmark.crypto.info", () -> 1)
        .description("1, with the crypto provider in use")
        .tag("provider", Crypto.providerName())
        .register(registry);
  }

  private Timer timer(String name, String description, String stage) {
    return Timer.builder(name)
        .description(description)
        .tag("stage", stage.toLowerCase(Locale.ROOT))
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  private SlowGauge ages(String name, String description) {
    return new SlowGauge(
        MultiGauge.builder(name).description(description).baseUnit("seconds"), registry);
  }

  @Override
  public void took(Stage stage, long nanos) {
    Timer timer = stages.get(stage);
    if (timer != null) {
      timer.record(nanos, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void ended(
      String outcome,
      @Nullable Reason reason,
      @Nullable EvidenceKind evidence,
      @Nullable CredentialKind credential) {
    exchanges
        .computeIfAbsent(
            new Ended(outcome, reason, evidence, credential),
            key ->
                Counter.builder("mintmark.exchanges")
                    .description("Exchanges by how they ended")
                    .tags(key.tags())
                    .register(registry))
        .increment();
  }

  @Override
  public boolean traces() {
    return traces != null;
  }

  @Override
  public void traced(Course course) {
    if (traces != null) {
      traces.add(course);
    }
  }

  @Override
  public void synced(int records, long nanos) {
    syncs.record(nanos, TimeUnit.NANOSECONDS);
    batches.record(records);
  }

  @Override
  public void packingFailed() {
    packingFailures.increment();
  }

  @Override
  public void unpacked(String problem) {
    LOG.warnf("a closed segment of the ledger stays as it is and is not packed: %s", problem);
  }

  @Override
  public void stopped(String problem) {
    LOG.errorf("the ledger takes no records, so nothing is handed out: %s", problem);
  }

  @Override
  public void recovered() {
    LOG.info("the ledger takes records again");
  }

  @Override
  public void refreshed(KeyHolder holder, Duration took) {}

  @Override
  public void failed(KeyHolder holder, String error, Duration took) {
    fetchFailures.computeIfAbsent(holder, this::fetchFailures).increment();
  }

  /** One for each document's trust domain or issuer, so that an alert can name it. */
  private Counter fetchFailures(KeyHolder holder) {
    return switch (holder) {
      case KeyHolder.Domain domain ->
          Counter.builder("mintmark.bundle.fetch.failures")
              .description("Attempts to get the bundle of a trust domain that failed")
              .tag("trust_domain", domain.name())
              .register(registry);
      case KeyHolder.Issuer issuer ->
          Counter.builder("mintmark.issuer.fetch.failures")
              .description("Attempts to get the keys of an issuer that failed")
              .tag("issuer", issuer.name())
              .register(registry);
    };
  }

  @Override
  public void reviewed(String issuer, ReviewListener.Outcome outcome, long nanos) {
    Timer.builder("mintmark.token.review")
        .description("How long API servers take to review tokens, by what they said")
        .tags("issuer", issuer, "outcome", outcome.name().toLowerCase(Locale.ROOT))
        .serviceLevelObjectives(BUCKETS)
        .register(registry)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void remembered(String issuer) {
    Counter.builder("mintmark.token.reviews.remembered")
        .description("Exchanges served by an API server's answer of the last seconds")
        .tag("issuer", issuer)
        .register(registry)
        .increment();
  }

  @Override
  public void served(EvidenceKind kind, SigningListener.Outcome outcome) {
    Counter.builder("mintmark.kubernetes.requests")
        .description("The cluster's requests for certificates by how they ended")
        .tags("kind", kind.word(), "outcome", outcome.name().toLowerCase(Locale.ROOT))
        .register(registry)
        .increment();
  }

  @Override
  public void published(boolean current) {
    Counter.builder("mintmark.kubernetes.trust.bundle.attempts")
        .description("Looks at the cluster's trust bundle, by whether it was ours in the end")
        .tag("outcome", current ? "current" : "failed")
        .register(registry)
        .increment();
  }

  /** Follows numbers that are there at all times. */
  void follow(Supplier<Number> ledgerRecords, Supplier<Number> inside, Supplier<Number> broken) {
    Gauge.builder("mintmark.ledger.records", ledgerRecords)
        .description("Records that are durable")
        .register(registry);
    Gauge.builder("mintmark.requests.inside", inside)
        .description("Requests under way")
        .register(registry);
    Gauge.builder("mintmark.policy.problems", broken)
        .description("Problems of the policy folder that keep it out of force")
        .register(registry);
  }

  /** Follows the cluster's documents. */
  void follow(PolicyResources cluster) {
    gauge(
        "mintmark.kubernetes.policy.watching",
        "1 while the API server tells of changed custom resources",
        () -> cluster.isWatching() ? 1 : 0);
    gauge(
        "mintmark.kubernetes.policy.in.force",
        "Custom resources that requests are decided by",
        cluster::inForce);
    gauge(
        "mintmark.kubernetes.policy.denials",
        "Guardrails among the custom resources that deny everything, being broken",
        cluster::denials);
    gauge(
        "mintmark.kubernetes.policy.left.out",
        "Custom resources that are in error and not in force",
        cluster::leftOut);
    gauge(
        "mintmark.kubernetes.policy.statuses.pending",
        "Custom resources whose status is not written yet",
        cluster::pending);
    gauge(
        "mintmark.kubernetes.policy.look.age.seconds",
        "Seconds since what the API server tells of custom resources was looked at",
        () -> cluster.sinceLook().toSeconds());
    FunctionCounter.builder(
            "mintmark.kubernetes.policy.statuses.failed", cluster, PolicyResources::failures)
        .description("Statuses of custom resources that could not be written when that was tried")
        .register(registry);
  }

  /** Follows the cluster's requests for certificates. */
  void follow(Signing signing) {
    gauge(
        "mintmark.kubernetes.requests.waiting",
        "The cluster's requests for certificates that are not served yet",
        signing::queued);
    gauge(
        "mintmark.kubernetes.requests.away",
        "1 while the API server cannot be reached by whom serves its requests",
        () -> signing.isAway() ? 1 : 0);
  }

  private void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }

  /** Follows what is wrong with files that an operator gave, the last good ones being in use. */
  void files(Supplier<Number> serverCertificate, Supplier<Number> authority) {
    Gauge.builder("mintmark.server.certificate.problems", serverCertificate)
        .description("1 while the server's certificate files are refused and older ones in use")
        .register(registry);
    Gauge.builder("mintmark.authority.problems", authority)
        .description("1 while the X.509 authority's files are refused and older ones in use")
        .register(registry);
  }

  /** Counts the store's failures. */
  ProjectionListener store() {
    Counter failures =
        Counter.builder("mintmark.projection.failures")
            .description("Attempts to fill the store that failed; each is tried again")
            .register(registry);
    return new ProjectionListener() {
      @Override
      public void failed(String problem) {
        failures.increment();
      }
    };
  }

  /** Counts a request or a connection that was turned away: one of these has no record. */
  void turnedAway(Shed why) {
    if (why != Shed.HANDSHAKE) {
      ended("refused", why.reason(), null, null);
    }
    Counter counter = sheds.get(why);
    if (counter != null) {
      counter.increment();
    }
  }

  private Counter sheds(Shed why) {
    return sheds(registry, why);
  }

  static Counter sheds(MeterRegistry registry, Shed why) {
    return Counter.builder("mintmark.shed")
        .description("Requests and connections turned away before anything was verified")
        .tag("why", why.word())
        .register(registry);
  }

  /**
   * Follows the connections.
   *
   * @param most how many requests may be under way
   */
  void follow(Connections connections, Supplier<Number> most) {
    gauge("mintmark.requests.limit", "How many requests may be under way", most);
    gauge(
        "mintmark.turn.seconds",
        "What the last turn of the slowest event loop took: what comes now waits about as long",
        () -> connections.turn().toNanos() / 1e9);
    follow(registry, connections);
  }

  /** Follows the connections of a server. */
  static void follow(MeterRegistry registry, Connections connections) {
    Gauge.builder("mintmark.connections", connections::open)
        .description("TCP connections that are open")
        .register(registry);
    FunctionCounter.builder("mintmark.connections.refused", connections, Connections::refused)
        .description("Connections closed at once because there were too many and none was idle")
        .register(registry);
    FunctionCounter.builder("mintmark.connections.displaced", connections, Connections::displaced)
        .description("Idle connections closed because there were too many")
        .register(registry);
    FunctionCounter.builder("mintmark.connections.cut", connections, Connections::cut)
        .description("Requests and connections ended because they took their time")
        .register(registry);
  }

  /** Follows how far the store is behind, and whether it takes records. */
  void projection(Supplier<Number> lag, Supplier<Number> up) {
    Gauge.builder("mintmark.projection.up", up)
        .description("0 while the last attempt to fill the store failed, else 1")
        .register(registry);
    Gauge.builder("mintmark.projection.lag.records", lag)
        .description("Durable records that the store does not have yet")
        .register(registry);
  }

  /** Sets the numbers that change slowly; to be called every few seconds. */
  void slow(TrustStatus trust, List<KeyView> keys, String policyVersion) {
    bundleAges.set(ages(trust.trustDomains(), "trust_domain"));
    issuerAges.set(ages(trust.issuers(), "issuer"));
    Map<Tags, Double> ages = new HashMap<>();
    for (KeyView key : keys) {
      Tags tags = Tags.of("use", key.use().word(), "state", key.state().word(), "key", key.id());
      ages.put(tags, (double) key.age().toSeconds());
    }
    keyAges.set(ages);
    policies.set(Map.of(Tags.of("version", policyVersion), 1.0));
  }

  /**
   * Infinite where keys never were good: no comparison with NaN is true, so no alert would ring.
   */
  private static Map<Tags, Double> ages(List<TrustStatus.Keys> sources, String label) {
    Map<Tags, Double> ages = new HashMap<>();
    for (TrustStatus.Keys source : sources) {
      Duration age = source.age();
      ages.put(
          Tags.of(label, source.name()),
          age == null ? Double.POSITIVE_INFINITY : (double) age.toSeconds());
    }
    return ages;
  }
}

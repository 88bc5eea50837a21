package io.mintmark;

import io.mintmark.api.Admission;
import io.mintmark.api.Callers;
import io.mintmark.api.Intake;
import io.mintmark.api.TokenBuckets;
import io.mintmark.api.admin.AdminEndpoints;
import io.mintmark.api.admin.OperatorGate;
import io.mintmark.api.admin.OperatorTokens;
import io.mintmark.api.admin.PolicyView;
import io.mintmark.api.grpc.BundleDoor;
import io.mintmark.api.grpc.BundleStreams;
import io.mintmark.api.grpc.LastingCalls;
import io.mintmark.api.http.Connections;
import io.mintmark.api.http.Routes;
import io.mintmark.api.oauth.CredentialEndpoints;
import io.mintmark.api.oauth.Metadata;
import io.mintmark.api.oauth.PublicEndpoints;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.Problem;
import io.mintmark.exchange.IdentityLimit;
import io.mintmark.exchange.Recognizer;
import io.mintmark.keys.KeysUnavailable;
import io.mintmark.kubernetes.WebhookTrust;
import io.mintmark.kubernetes.policy.PolicyResources;
import io.mintmark.kubernetes.policy.Validation;
import io.mintmark.kubernetes.signing.Signing;
import io.mintmark.policy.PolicyContext;
import io.mintmark.spiffe.Certificates;
import io.mintmark.storage.jdbc.Projection;
import io.mintmark.workload.WorkloadId;
import java.io.IOException;
import java.io.InputStream;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The broker with its edges: what is served, and the chores while it is. */
final class Service implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Service.class);
  private static final int MAX_KEPT = 100_000;
  private static final int OPERATORS = 16;
  private static final int FOLLOWERS = 16;

  private final Setup setup;
  private final DataLock lock;
  private final Broker broker;
  private final Telemetry telemetry;
  private final InstantSource clock;
  private final Callers callers;
  private final Intake intake;
  private final Admission admission;
  private final Connections connections;
  private final IdentityLimit limit;
  private final OwnKeys published;
  private final BundleStreams streams;
  private final BundleDoor bundleDoor;
  private final LastingCalls lastingCalls = new LastingCalls();
  private final ServerTls serverTls;
  private final @Nullable TlsFilePair tlsFiles;
  private final EndpointsFile endpoints;
  private final Projection projection;
  private final ScheduledExecutorService chores =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("mintmark-chores").factory());
  private final Pulse pulse = new Pulse();
  private final @Nullable WebhookTrust webhook;
  private volatile boolean stopping;
  private List<X509Certificate> writtenRoots = List.of();

  /** Opens everything but the listeners; throws {@link StartupRefused} where it cannot. */
  Service(Setup setup, Telemetry telemetry, InstantSource clock) {
    this.setup = setup;
    this.telemetry = telemetry;
    this.clock = clock;
    this.lock = DataLock.take(setup.data());
    Setup.TlsFiles files = setup.tls();
    this.tlsFiles = files == null ? null : TlsFilePair.open(files, clock);
    this.limit = identityLimit();
    this.broker = open();
    this.callers = new Callers(setup.proxies());
    this.admission =
        new Admission(setup.underWay(), buckets(setup.refusalsPerAddress()), telemetry::turnedAway);
    this.connections =
        new Connections(
            setup.connections(), setup.proxies(), setup.isAdaptive(), telemetry::turnedAway);
    this.intake = new Intake(broker.exchange(), admission);
    this.published =
        new OwnKeys(
            broker.keys(), setup.keys().refreshHint(), () -> broker.bundles(clock.instant()));
    this.streams = new BundleStreams(published, clock);
    this.bundleDoor =
        new BundleDoor(
            admission,
            new Recognizer(
                broker.worlds(), broker.exchange(), limit, clock, new WaitingExecutor(FOLLOWERS)));
    this.serverTls =
        tlsFiles == null ? ServerTls.own(broker.keys(), setup, clock) : new ServerTls(tlsFiles);
    this.endpoints = new EndpointsFile(setup.data());
    this.projection =
        new Projection(setup.store(), setup.data(), broker.journal(), telemetry.store());
    telemetry.projection(projection::lag, () -> projection.problem() == null ? 1 : 0);
    projection.start();
    telemetry.follow(
        broker.journal()::size, admission::inside, () -> broker.policy().errors().size());
    telemetry.follow(connections, admission::most);
    PolicyResources documents = broker.resources();
    if (documents != null) {
      telemetry.follow(documents);
    }
    Signing signing = broker.signing();
    if (signing != null) {
      telemetry.follow(signing);
    }
    telemetry.files(
        () -> serverCertificateProblem() == null ? 0 : 1,
        () -> broker.keys().problem().isPresent() ? 1 : 0);
    this.webhook = webhook();
    var _ = chores.scheduleWithFixedDelay(this::chore, 0, 1, TimeUnit.SECONDS);
    long beat = Pulse.BEAT.toSeconds();
    var _ = chores.scheduleWithFixedDelay(pulse::beat, beat, beat, TimeUnit.SECONDS);
  }

  private Broker open() {
    try {
      if (setup.dev()) {
        SamplePolicy.write(setup.policy());
      }
      return Broker.open(
          setup.broker(),
          clock,
          limit,
          new Broker.Listeners(telemetry, telemetry, telemetry, telemetry, telemetry));
    } catch (DocumentErrors errors) {
      throw closed(new StartupRefused("the policy cannot be used: " + errors.getMessage(), errors));
    } catch (IOException | IllegalArgumentException unusable) {
      throw closed(new StartupRefused(String.valueOf(unusable.getMessage()), unusable));
    }
  }

  private @Nullable WebhookTrust webhook() {
    String name = setup.cluster().webhook();
    try {
      return name == null
          ? null
          : WebhookTrust.start(
              broker.cluster().open(),
              WebhookTrust.Kind.VALIDATING,
              name,
              ValidationEnd.PATH,
              () -> Certificates.pem(broker.keys().roots()));
    } catch (IOException unusable) {
      throw new StartupRefused(String.valueOf(unusable.getMessage()), unusable);
    }
  }

  private StartupRefused closed(StartupRefused refused) {
    try {
      lock.close();
    } catch (IOException stuck) {
      refused.addSuppressed(stuck);
    }
    return refused;
  }

  private static <K> @Nullable TokenBuckets<K> buckets(int perSecond) {
    return perSecond == 0
        ? null
        : new TokenBuckets<>(perSecond, 10.0 * perSecond, MAX_KEPT, System::nanoTime);
  }

  private IdentityLimit identityLimit() {
    TokenBuckets<WorkloadId> identities = buckets(setup.exchangesPerIdentity());
    return id -> identities == null || identities.take(id);
  }

  /** All paths of the HTTP listeners. */
  Routes routes() {
    Routes routes = new Routes(setup.issuerPath());
    new CredentialEndpoints(intake, callers).addTo(routes);
    new PublicEndpoints(
            new Metadata(setup.issuer(), Set.copyOf(setup.keys().accessToken())),
            published,
            description())
        .addTo(routes, setup.issuerPath());
    new AdminEndpoints(
            new OperatorGate(setup.dev(), new OperatorTokens(setup.issuer(), published)),
            admission,
            limit,
            broker.worlds(),
            callers,
            clock,
            broker.chronicle(),
            new RingAdmin(broker.keys(), clock),
            this::policy,
            new WaitingExecutor(OPERATORS))
        .addTo(routes);
    Validation validation =
        broker.validation(new PolicyContext(setup.trustDomain(), setup.issuer()));
    if (validation != null) {
      new ValidationEnd(validation, callers).addTo(routes);
    }
    return routes;
  }

  private PolicyView.Now policy() {
    PolicyState state = broker.policy();
    return new PolicyView.Now(
        state.version(),
        state.since(),
        state.warnings().stream().map(Problem::toString).toList(),
        state.errors().stream().map(Problem::toString).toList());
  }

  private static byte[] description() {
    try (InputStream in = Service.class.getResourceAsStream("openapi.yaml")) {
      if (in == null) {
        throw new IllegalStateException("this build has no API description");
      }
      return in.readAllBytes();
    } catch (IOException unreadable) {
      throw new IllegalStateException("the API description cannot be read", unreadable);
    }
  }

  Setup setup() {
    return setup;
  }

  Broker broker() {
    return broker;
  }

  Projection projection() {
    return projection;
  }

  Callers callers() {
    return callers;
  }

  Intake intake() {
    return intake;
  }

  Connections connections() {
    return connections;
  }

  BundleStreams streams() {
    return streams;
  }

  LastingCalls lastingCalls() {
    return lastingCalls;
  }

  BundleDoor bundleDoor() {
    return bundleDoor;
  }

  ServerTls serverTls() {
    return serverTls;
  }

  /** What the server's certificate ends at; empty where an operator gave it. */
  List<X509Certificate> serverRoots() {
    return tlsFiles == null ? broker.keys().roots() : List.of();
  }

  /** Which key is not there to sign with; null where all are. */
  @Nullable String missingKeys() {
    try {
      broker.keys().tokenKey(null);
      broker.keys().svidKey();
      broker.keys().authority(clock.instant());
      return null;
    } catch (KeysUnavailable missing) {
      return missing.getMessage();
    }
  }

  /**
   * Why newer files of the server's certificate are not in use, or that it expires without any;
   * null where nothing is wrong.
   */
  @Nullable String serverCertificateProblem() {
    if (tlsFiles == null) {
      return null;
    }
    String refused = tlsFiles.problem();
    return refused == null ? tlsFiles.ending() : refused;
  }

  /** Says where the listeners are, once they are open. */
  void publishEndpoints() throws IOException {
    writtenRoots = serverRoots();
    endpoints.write(setup, writtenRoots);
  }

  /** Says how it goes, for whoever started it. */
  void announce() throws IOException {
    publishEndpoints();
    Banner.print(this);
  }

  private void chore() {
    try {
      if (tlsFiles != null) {
        tlsFiles.refresh();
      }
      streams.tick();
      telemetry.slow(
          broker.trust(clock.instant()),
          broker.keys().views(clock.instant()),
          broker.policy().version());
      if (!writtenRoots.isEmpty() && !writtenRoots.equals(serverRoots())) {
        writtenRoots = serverRoots();
        endpoints.writeRoots(writtenRoots);
      }
    } catch (IOException | RuntimeException | OutOfMemoryError failed) {
      // the error is of a thread that cannot be made; without memory the process would have ended
      LOG.error("a chore failed and will be tried again", failed);
    }
  }

  /** Answers what has begun and nothing more; completed when that is done, or it took too long. */
  CompletionStage<Void> stop() {
    stopping = true;
    CompletionStage<Void> answered = connections.stop();
    streams.close();
    lastingCalls.close();
    return answered;
  }

  Pulse pulse() {
    return pulse;
  }

  boolean isStopping() {
    return stopping;
  }

  /** Lets go of everything, the ledger and the data folder last. */
  @Override
  public void close() {
    chores.shutdownNow();
    if (webhook != null) {
      webhook.close();
    }
    streams.close();
    projection.close();
    try {
      endpoints.remove();
      broker.close();
      lock.close();
    } catch (IOException failed) {
      LOG.error("not closed cleanly", failed);
    }
  }
}

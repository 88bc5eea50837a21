package io.mintmark.sidecar;

import io.micrometer.core.instrument.MeterRegistry;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.Problem;
import io.mintmark.sidecar.delivery.Surroundings;
import io.mintmark.sidecar.held.Credentials.State;
import io.mintmark.sidecar.held.RenewalSettings;
import io.mintmark.sidecar.held.Renewals;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.plan.Plan;
import io.mintmark.sidecar.plan.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One workload's sidecar: obtains, renews and delivers what its configuration names. A new
 * configuration is compiled whole and takes the old one's place, except for deliveries that did not
 * change; a broken one changes nothing.
 */
public final class Sidecar implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Sidecar.class.getName());
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final Path file;
  private final @Nullable Sha256 bound;
  private final WatchedFile watched;
  private final Threads threads;
  private final SidecarMetrics metrics;
  private final Upstream upstream;
  private final Renewals renewals;
  private final Serving serving;
  private final AtomicBoolean looking = new AtomicBoolean();

  /** Held by who reads the configuration, which may wait for a disk; taken before this object. */
  private final Object reading = new Object();

  private Plan plan;
  private boolean closed;

  /** Why what lies there now is not what it is bound to; null where it is, or where any may be. */
  private volatile @Nullable String documentRefused;

  private volatile @Nullable String trustRefused;

  private Sidecar(
      Path file, @Nullable Sha256 bound, Plan plan, Threads threads, MeterRegistry meters)
      throws IOException {
    this.file = file;
    this.bound = bound;
    this.watched = new WatchedFile(file);
    this.plan = plan;
    this.threads = threads;
    this.metrics = new SidecarMetrics(meters);
    this.upstream = new Upstream(threads);
    var _ = upstream.become(plan);
    this.renewals =
        new Renewals(
            upstream,
            RenewalSettings.DEFAULT,
            threads.clock(),
            System::nanoTime,
            threads.jitter(),
            threads.timer(),
            threads.requests(),
            threads.workers(),
            metrics);
    this.serving =
        new Serving(
            new Surroundings(
                renewals,
                upstream,
                threads.clock(),
                threads.network(),
                threads.timer(),
                threads.workers(),
                meters),
            GRACE);
  }

  /**
   * Reads and checks a configuration without doing anything. In whose hands it is counts only where
   * it is run.
   */
  public static Plan check(Path file) throws DocumentErrors {
    return Plan.load(file, Deliveries::compile);
  }

  /** Why a configuration would not be run, though nothing in it is wrong; empty where it would. */
  public static List<Problem> objections(Path file, Plan plan) {
    return Custody.objections(file, plan);
  }

  /**
   * Starts what a configuration names.
   *
   * @param bound the only content of the file that is run, now and later; null where any is
   * @throws DocumentErrors where the configuration is wrong
   * @throws IOException where a port, a path or the broker's bundle cannot be had
   */
  public static Sidecar start(
      Path file, @Nullable Sha256 bound, Threads threads, MeterRegistry meters)
      throws DocumentErrors, IOException {
    Plan plan = Custody.load(file, bound);
    plan.warnings().forEach(Sidecar::warn);
    Sidecar sidecar = new Sidecar(file, bound, plan, threads, meters);
    try {
      sidecar.begin();
      return sidecar;
    } catch (IOException | RuntimeException failed) {
      sidecar.close();
      throw failed;
    }
  }

  private synchronized void begin() throws IOException {
    var _ =
        threads
            .timer()
            .scheduleWithFixedDelay(
                this::lookAtFile, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    renewals.start();
    renewals.keep(plan.credentials().values());
    serving.become(plan.deliveries());
  }

  private void lookAtFile() {
    if (!looking.compareAndSet(false, true)) {
      return; // a disk that hangs takes one worker, not all of them
    }
    try {
      threads.workers().execute(this::reloadIfChanged);
    } catch (RejectedExecutionException busy) {
      looking.set(false);
      LOG.log(System.Logger.Level.DEBUG, "no room to look at the configuration", busy);
    }
  }

  private void reloadIfChanged() {
    try {
      synchronized (reading) {
        watched.look(() -> reload() != Reload.NOT_BEGUN);
        trustRefused = upstream.objection();
      }
    } finally {
      looking.set(false);
    }
  }

  /** How a reload ended. */
  public enum Reload {
    IN_FORCE,
    BROKEN,
    NOT_BEGUN
  }

  /** Reads the configuration again; one that is broken or cannot be begun leaves all as it is. */
  public Reload reload() {
    synchronized (reading) {
      trustRefused = upstream.objection();
      try {
        Plan next = Custody.load(file, bound);
        documentRefused = null;
        return become(next);
      } catch (DocumentErrors broken) {
        documentRefused = bound == null ? null : broken.problems().getFirst().toString();
        broken
            .problems()
            .forEach(problem -> LOG.log(System.Logger.Level.ERROR, String.valueOf(problem)));
        LOG.log(System.Logger.Level.ERROR, "the old configuration stays in force");
        metrics.reloaded(false);
        return Reload.BROKEN;
      }
    }
  }

  private synchronized Reload become(Plan next) {
    if (next.equals(plan)) {
      return Reload.IN_FORCE;
    }
    if (closed) {
      return Reload.NOT_BEGUN;
    }
    try {
      boolean anotherBroker = upstream.become(next);
      renewals.keep(next.credentials().values());
      if (anotherBroker) {
        renewals.askAnew();
      }
      serving.become(next.deliveries());
    } catch (IOException | RuntimeException failed) {
      LOG.log(
          System.Logger.Level.ERROR,
          "the new configuration cannot be begun: "
              + failed.getMessage()
              + "; the old one stays in force");
      back();
      metrics.reloaded(false);
      return Reload.NOT_BEGUN;
    }
    next.warnings().forEach(Sidecar::warn);
    if (!next.health().equals(plan.health())) {
      LOG.log(System.Logger.Level.WARNING, "health.listen changes when the sidecar starts again");
    }
    plan = next;
    metrics.reloaded(true);
    LOG.log(System.Logger.Level.INFO, "configuration \"" + plan.name() + "\" is in force");
    return Reload.IN_FORCE;
  }

  private void back() {
    try {
      if (upstream.become(plan)) {
        renewals.askAnew();
      }
    } catch (IOException lost) {
      LOG.log(
          System.Logger.Level.ERROR, "the broker's bundle cannot be read: " + lost.getMessage());
    }
    renewals.keep(plan.credentials().values());
  }

  /** Why it is not ready; empty when every credential is held and every delivery holds one. */
  public synchronized List<String> notReady() {
    List<String> reasons = new ArrayList<>();
    Map<Wanted, State> states = renewals.states();
    plan.credentials()
        .forEach(
            (name, wanted) -> {
              switch (states.getOrDefault(wanted, new State.Pending())) {
                case State.Ready _ -> {}
                case State.Pending _ -> reasons.add("credential \"" + name + "\" is on its way");
                case State.Unavailable(String reason, _) ->
                    reasons.add("credential \"" + name + "\": " + reason);
              }
            });
    serving.empty().forEach(delivery -> reasons.add(delivery.name() + " has nothing valid"));
    Stream.of(documentRefused, trustRefused).filter(Objects::nonNull).forEach(reasons::add);
    reasons.sort(null);
    return reasons;
  }

  /**
   * Waits until it is ready, and says why it is not where the time is over or the caller gives up.
   */
  public List<String> awaitReady(Duration limit, BooleanSupplier givenUp)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    List<String> reasons = notReady();
    while (!reasons.isEmpty() && System.nanoTime() - end < 0 && !givenUp.getAsBoolean()) {
      TimeUnit.MILLISECONDS.sleep(20);
      reasons = notReady();
    }
    return reasons;
  }

  /**
   * What a program is to find in its environment; null where something of it is not held. What the
   * configuration names itself counts before what a delivery brings along.
   *
   * @throws IOException where two deliveries would have a variable say two things
   */
  public synchronized @Nullable Map<String, String> environment() throws IOException {
    return Variables.of(serving.running());
  }

  /** Variables that such a program must not inherit: it would prefer them to what is delivered. */
  public synchronized Set<String> displaced() {
    return serving.displaced();
  }

  public synchronized Plan plan() {
    return plan;
  }

  @Override
  public synchronized void close() {
    closed = true;
    serving.end();
    renewals.close();
    upstream.close();
  }

  private static void warn(Problem problem) {
    LOG.log(System.Logger.Level.WARNING, String.valueOf(problem));
  }
}

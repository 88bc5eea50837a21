package io.mintmark.kubernetes.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mintmark.documents.Problem;
import io.mintmark.kubernetes.ClusterApi;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as a source of policy documents: says what custom resources there are whenever that
 * changes, and tells each what became of it.
 */
public final class PolicyResources implements ClusterDocuments, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(PolicyResources.class.getName());
  private static final Duration QUIET = Duration.ofMillis(100);
  private static final Duration AT_MOST = Duration.ofMillis(400);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration AGAIN = Duration.ofSeconds(5);
  private static final Duration LAST_SWAP = Duration.ofSeconds(5);

  /** How often what the API server says of documents is compared with what became of them. */
  private static final Duration COMPARED = Duration.ofSeconds(30);

  private static final Duration ISSUER_KNOWN = Duration.ofMinutes(5);
  private static final Duration ISSUER_UNKNOWN = Duration.ofSeconds(1);
  private static final String DISCOVERY = "/.well-known/openid-configuration";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final ClusterApi api;
  private final Semaphore changes = new Semaphore(0);
  private final ResourceWatch watch;
  private final StatusWriter statuses;
  private final Duration compared;
  private final Map<String, Told> told = new HashMap<>();
  private @Nullable String issuer;
  private boolean issuerMissed;
  private long issuerAsked;
  private volatile ClusterView last = ClusterView.NONE;
  private volatile long looked = System.nanoTime();
  private volatile int inForce;
  private volatile int leftOut;
  private volatile int denials;
  private volatile @Nullable Thread thread;

  private record Told(CustomResource resource, Condition condition) {}

  /** Begins to list and watch; nothing is waited for. */
  public PolicyResources(ClusterApi api, InstantSource clock) {
    this(api, clock, COMPARED);
  }

  PolicyResources(ClusterApi api, InstantSource clock, Duration compared) {
    this.api = api;
    this.compared = compared;
    this.watch = new ResourceWatch(api, changes::release);
    this.statuses = new StatusWriter(api, watch, clock);
  }

  /**
   * The first view.
   *
   * @throws IOException where the API server has not told all within the time
   */
  public ClusterView first(Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      while (true) {
        ClusterView view = view();
        if (view != null && view.issuer() != null) {
          return view;
        }
        if (System.nanoTime() - deadline > 0) {
          if (view != null) {
            return view;
          }
          throw new IOException(
              "the cluster's policy cannot be read from "
                  + api
                  + ": it has not listed "
                  + String.join(", ", watch.missing())
                  + "; are the CustomResourceDefinitions there, and may the broker list and watch"
                  + " them?");
        }
        var _ = changes.tryAcquire(QUIET.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("stopped while the cluster's policy was read", stopped);
    }
  }

  @Override
  public void follow(ClusterView inForce, Predicate<ClusterView> listener) {
    Thread follower =
        Thread.ofPlatform().daemon().name("policy-cluster").unstarted(() -> run(inForce, listener));
    thread = follower;
    follower.start();
  }

  @Override
  public synchronized void inForce(ClusterView view, Union<?> union, String version) {
    Map<String, Told> now = new HashMap<>();
    for (CustomResource resource : view.resources()) {
      List<Problem> problems = union.leftOut().get(resource.label());
      Condition condition =
          problems == null
              ? Condition.inForce(
                  resource.generation(),
                  version,
                  union.warnings().getOrDefault(resource.label(), List.of()))
              : union.standIns().contains(resource.label())
                  ? Condition.standIn(
                      resource.generation(),
                      problems,
                      !union.guardrails().containsKey(resource.label()))
                  : Condition.leftOut(resource.generation(), problems);
      Told before = told.get(key(resource));
      if (before != null && before.condition().saysAsMuchAs(condition)) {
        now.put(key(resource), before);
      } else {
        now.put(key(resource), new Told(resource, condition));
        statuses.say(resource, condition);
      }
    }
    told.clear();
    told.putAll(now);
    leftOut = union.leftOut().size();
    denials = union.denials();
    inForce = view.resources().size() - leftOut;
  }

  @Override
  public synchronized void waits(ClusterView view) {
    for (CustomResource resource : view.resources()) {
      Told before = told.get(key(resource));
      if (before == null || !before.resource().equals(resource)) {
        Condition waiting = Condition.waiting(resource.generation());
        told.put(key(resource), new Told(resource, waiting));
        statuses.say(resource, waiting);
      }
    }
  }

  private static String key(CustomResource resource) {
    return resource.uid() + " " + resource.label();
  }

  /** Mends statuses that somebody else wrote, or that are older than a backup of the cluster. */
  private synchronized void compare() {
    told.values().forEach(one -> statuses.say(one.resource(), one.condition()));
  }

  /** What was looked at last; nothing where the API server has not told all once. */
  public ClusterView now() {
    return last;
  }

  /**
   * How long ago what the API server tells was looked at; some seconds unless something is wrong.
   */
  public Duration sinceLook() {
    return Duration.ofNanos(System.nanoTime() - looked);
  }

  /** How many statuses could not be written when that was tried. */
  public long failures() {
    return statuses.failures();
  }

  /** Whether the API server tells of changes now. */
  public boolean isWatching() {
    return watch.isWatching();
  }

  public int inForce() {
    return inForce;
  }

  /** How many guardrails of the cluster deny everything. */
  public int denials() {
    return denials;
  }

  public int leftOut() {
    return leftOut;
  }

  /** How many statuses are still to be written. */
  public int pending() {
    return statuses.pending();
  }

  @Override
  public void close() {
    Thread follower = thread;
    if (follower != null) {
      follower.interrupt();
      try {
        // a swap that is under way needs what is closed next
        var _ = follower.join(LAST_SWAP);
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
      }
    }
    statuses.close();
    watch.close();
  }

  private void run(ClusterView first, Predicate<ClusterView> listener) {
    ClusterView before = first;
    boolean taken = true;
    long comparison = System.nanoTime();
    try {
      while (true) {
        var _ = changes.tryAcquire(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        settle();
        ClusterView next = looked();
        if (System.nanoTime() - comparison > compared.toNanos()) {
          comparison = System.nanoTime();
          compare();
        }
        if (next == null || (taken && next.equals(before))) {
          continue;
        }
        long began = System.nanoTime();
        taken = offered(listener, next);
        before = next;
        // whoever changes documents without end gets about half of one processor
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        TimeUnit.MILLISECONDS.sleep(Math.clamp(took, PAUSE.toMillis(), LONGEST_PAUSE.toMillis()));
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable ClusterView looked() {
    try {
      ClusterView view = view();
      looked = System.nanoTime();
      return view;
    } catch (RuntimeException | Error bug) {
      LOG.log(System.Logger.Level.ERROR, "the cluster's documents could not be looked at", bug);
      return null;
    }
  }

  private static boolean offered(Predicate<ClusterView> listener, ClusterView next) {
    try {
      return listener.test(next);
    } catch (RuntimeException | Error bug) {
      LOG.log(System.Logger.Level.ERROR, "the cluster's documents could not be used", bug);
      return false;
    }
  }

  /** Changes that come close together are looked at once. */
  private void settle() throws InterruptedException {
    long began = System.nanoTime();
    do {
      TimeUnit.MILLISECONDS.sleep(QUIET.toMillis());
    } while (changes.drainPermits() > 0 && System.nanoTime() - began < AT_MOST.toNanos());
  }

  private @Nullable ClusterView view() {
    List<CustomResource> resources = watch.resources();
    if (resources == null) {
      return null;
    }
    ClusterView view = new ClusterView(resources, issuer());
    // one object for what is the same, so that whoever compares has done at once
    if (!view.equals(last)) {
      last = view;
    }
    return last;
  }

  /** The issuer of the cluster's service accounts, by its own word; the last one it gave. */
  private @Nullable String issuer() {
    long again = (issuer == null ? ISSUER_UNKNOWN : ISSUER_KNOWN).toNanos();
    if (issuerAsked != 0 && System.nanoTime() - issuerAsked < again) {
      return issuer;
    }
    issuerAsked = System.nanoTime();
    String now = askedIssuer();
    if (now != null) {
      issuer = now;
    } else if (issuer == null && !issuerMissed) {
      issuerMissed = true;
      LOG.log(
          System.Logger.Level.WARNING,
          "the API server does not tell the issuer of its service accounts, so namespaces have no"
              + " identities and no audiences");
    }
    return issuer;
  }

  private @Nullable String askedIssuer() {
    try {
      String text = api.client().raw(DISCOVERY);
      return text == null ? null : MAPPER.readTree(text).path("issuer").textValue();
    } catch (KubernetesClientException | JsonProcessingException unknown) {
      return null;
    }
  }
}

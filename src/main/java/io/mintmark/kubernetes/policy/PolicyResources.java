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
  private static final String DISCOVERY = "/.well-known/openid-configuration";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final ClusterApi api;
  private final Semaphore changes = new Semaphore(0);
  private final ResourceWatch watch;
  private final StatusWriter statuses;
  private final Map<String, Condition> told = new HashMap<>();
  private volatile @Nullable String issuer;
  private volatile int inForce;
  private volatile int leftOut;
  private volatile int denials;
  private volatile @Nullable Thread thread;

  /** Begins to list and watch; nothing is waited for. */
  public PolicyResources(ClusterApi api, InstantSource clock) {
    this.api = api;
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
    Map<String, Condition> now = new HashMap<>();
    for (CustomResource resource : view.resources()) {
      List<Problem> problems = union.leftOut().get(resource.label());
      Condition condition =
          problems == null
              ? Condition.inForce(resource.generation(), version)
              : union.standIns().contains(resource.label())
                  ? Condition.standIn(
                      resource.generation(),
                      problems,
                      !union.guardrails().containsKey(resource.label()))
                  : Condition.leftOut(resource.generation(), problems);
      String key = resource.uid() + " " + resource.label();
      Condition before = told.get(key);
      if (before != null && before.saysAsMuchAs(condition)) {
        now.put(key, before);
      } else {
        now.put(key, condition);
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
      Condition before = told.get(resource.uid() + " " + resource.label());
      if (before == null || before.generation() != resource.generation()) {
        statuses.say(resource, Condition.waiting(resource.generation()));
      }
    }
  }

  /** What the API server has told of up to now; nothing where it has not told all once. */
  public ClusterView now() {
    List<CustomResource> resources = watch.resources();
    return resources == null ? ClusterView.NONE : new ClusterView(resources, issuer);
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
    }
    statuses.close();
    watch.close();
  }

  private void run(ClusterView first, Predicate<ClusterView> listener) {
    ClusterView last = first;
    boolean taken = true;
    try {
      while (true) {
        var _ = changes.tryAcquire(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        settle();
        ClusterView next = view();
        if (next == null || (taken && next.equals(last))) {
          continue;
        }
        long began = System.nanoTime();
        taken = offered(listener, next);
        last = next;
        // whoever changes documents without end gets about half of one processor
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        TimeUnit.MILLISECONDS.sleep(Math.clamp(took, PAUSE.toMillis(), LONGEST_PAUSE.toMillis()));
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean offered(Predicate<ClusterView> listener, ClusterView next) {
    try {
      return listener.test(next);
    } catch (RuntimeException bug) {
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
    return resources == null ? null : new ClusterView(resources, issuer());
  }

  /** The issuer of the cluster's service accounts, by its own word; asked for until it is known. */
  private @Nullable String issuer() {
    String known = issuer;
    if (known != null) {
      return known;
    }
    try {
      String text = api.client().raw(DISCOVERY);
      issuer = text == null ? null : MAPPER.readTree(text).path("issuer").textValue();
    } catch (KubernetesClientException | JsonProcessingException unknown) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the API server does not tell the issuer of its service accounts, so namespaces have no"
              + " identities: {0}",
          unknown.getClass().getSimpleName());
    }
    return issuer;
  }
}

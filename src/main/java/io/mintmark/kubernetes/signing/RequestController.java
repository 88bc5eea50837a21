package io.mintmark.kubernetes.signing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.mintmark.documents.Texts;
import io.mintmark.kubernetes.signing.SigningListener.Outcome;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Follows the requests of one kind that name our signer, and serves each once. What it knows is in
 * the cluster: after a restart it begins with what still waits there.
 */
final class RequestController implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(RequestController.class.getName());
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_QUEUED = 4096;
  private static final int MOST_OF_A_NAMESPACE = 512;
  private static final int WORKERS = 4;
  private static final long PAGE = 50;
  private static final int CONFLICT = 409;
  private static final int GONE = 404;
  private static final Duration LOOK = Duration.ofSeconds(30);

  /** A server that is away is asked by one thread, and not by each request that waits for it. */
  private static final Duration PROBE = Duration.ofSeconds(2);

  private static final Duration AWAY = Duration.ofMinutes(1);
  private static final String READY = "/readyz";

  /** How often it is looked whether policy has changed. */
  private static final Duration POLICY = Duration.ofMillis(500);

  private final KubernetesClient client;
  private final RequestKind kind;
  private final Desk desk;
  private final Supplier<?> policy;
  private final SigningListener listener;
  private final WorkQueue queue;
  private final OpenRequests requests;
  private final Unwritten unwritten = new Unwritten();
  private final SharedIndexInformer<GenericKubernetesResource> informer;
  private final List<Thread> threads;
  private volatile boolean away;

  /**
   * @param policy another object as soon as policy has changed
   */
  RequestController(
      KubernetesClient client,
      RequestKind kind,
      Desk desk,
      Supplier<?> policy,
      SigningListener listener) {
    this(
        client,
        kind,
        desk,
        policy,
        listener,
        new WorkQueue(
            MOST_QUEUED,
            MOST_OF_A_NAMESPACE,
            Duration.ofSeconds(1),
            Duration.ofMinutes(1),
            new SplittableRandom()));
  }

  RequestController(
      KubernetesClient client,
      RequestKind kind,
      Desk desk,
      Supplier<?> policy,
      SigningListener listener,
      WorkQueue queue) {
    this.client = client;
    this.kind = kind;
    this.desk = desk;
    this.policy = policy;
    this.listener = listener;
    this.queue = queue;
    this.requests = new OpenRequests(kind, RequestController::json, queue::offer);
    this.informer =
        client
            .genericKubernetesResources(kind.resource())
            .inAnyNamespace()
            .withField("spec.signerName", Signer.NAME)
            .withLimit(PAGE)
            .runnableInformer(0);
    informer.itemStore(requests);
    informer.exceptionHandler(this::brokeOff);
    var _ = informer.start();
    this.threads =
        IntStream.rangeClosed(0, WORKERS)
            .mapToObj(
                i ->
                    Thread.ofVirtual()
                        .name("mintmark-" + kind.kind())
                        .start(i == 0 ? this::lookAgain : this::work))
            .toList();
  }

  @Override
  public void close() {
    informer.stop();
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      try {
        thread.join(LOOK);
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** How many requests wait or are being served. */
  int queued() {
    return queue.size();
  }

  /** Whether the API server could not be reached when it was tried last. */
  boolean isAway() {
    return away;
  }

  /** The library's own account of it is a page long. */
  private boolean brokeOff(boolean started, Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    LOG.log(
        Level.WARNING,
        "the watch of {0} requests broke off and is begun again: {1}",
        kind.kind(),
        cause instanceof KubernetesClientException api && api.getCode() != 0
            ? "the API server answered with status " + api.getCode()
            : cause.getClass().getSimpleName());
    return true;
  }

  /**
   * For what found no place in the queue, what waits for other documents, and what waits for the
   * API server.
   */
  private void lookAgain() {
    try {
      Object seen = policy.get();
      long told = System.nanoTime();
      long probed = told;
      while (true) {
        Thread.sleep(POLICY);
        Object now = policy.get();
        if (now != seen) {
          seen = now;
          queue.wake();
        }
        if (System.nanoTime() - probed >= (away ? PROBE : LOOK).toNanos()) {
          probe();
          probed = System.nanoTime();
        }
        if (System.nanoTime() - told >= LOOK.toNanos()) {
          requests.tellAgain();
          told = System.nanoTime();
        }
      }
    } catch (InterruptedException stop) {
      // the end
    }
  }

  /** Whoever fails meanwhile has paused before saying so, and is woken as well. */
  private void probe() {
    if (!answers()) {
      away = true;
    } else if (away) {
      away = false;
      LOG.log(Level.INFO, "{0} requests are served again", kind.kind());
      queue.wake();
    }
  }

  /** Whether the API server is there and ready, or says that this is not for us to know. */
  private boolean answers() {
    try {
      var _ = client.raw(READY);
      return true;
    } catch (KubernetesClientException refused) {
      return refused.getCode() >= 400 && refused.getCode() < 500;
    } catch (RuntimeException bug) {
      LOG.log(Level.ERROR, "asking whether the API server is ready failed unexpectedly", bug);
      return true;
    }
  }

  private void work() {
    try {
      while (true) {
        String key = queue.take();
        Served served = Served.LATER;
        try {
          served = serve(key);
        } catch (KubernetesClientException refused) {
          served =
              refused.getCode() == GONE
                  ? Served.DONE
                  : isAway(refused) ? Served.AWAY : Served.LATER;
          tell(key, refused);
        } catch (RuntimeException | Error bug) {
          // a worker that ends would not be missed until the last one has
          LOG.log(Level.ERROR, "serving a request failed unexpectedly: " + key, bug);
        } finally {
          end(key, served);
        }
      }
    } catch (InterruptedException stop) {
      // the end
    }
  }

  /**
   * How an attempt ended.
   *
   * @param pause until the next; null for one that grows with each attempt
   */
  private record Served(boolean done, @Nullable Duration pause) {
    static final Served DONE = new Served(true, null);
    static final Served LATER = new Served(false, null);
    static final Served AWAY = new Served(false, RequestController.AWAY);
  }

  private void end(String key, Served served) {
    if (served.done()) {
      unwritten.forget(key);
      queue.done(key);
      return;
    }
    listener.served(kind.kind(), Outcome.RETRIED);
    Duration pause = served.pause();
    if (pause == null) {
      queue.later(key);
    } else {
      queue.later(key, pause);
    }
    if (served.equals(Served.AWAY)) {
      away = true;
    }
  }

  private Served serve(String key) throws InterruptedException {
    Resource<GenericKubernetesResource> resource = resource(key);
    GenericKubernetesResource found = resource.get();
    if (found == null) {
      return Served.DONE;
    }
    ObjectNode request = json(found);
    if (!kind.isOpen(request)) {
      return Served.DONE;
    }
    Object world = policy.get();
    Desk.Answer answer = unwritten.of(key, request, world);
    if (answer == null) {
      answer = desk.decide(kind, request, queue.waited(key));
      unwritten.keep(key, request, world, answer);
    }
    ObjectNode status = answer.status();
    if (status == null) {
      return new Served(false, answer.pause());
    }
    // the version that was read must still stand: what was decided was decided for it
    found.setAdditionalProperty("status", JSON.convertValue(status, Map.class));
    client.genericKubernetesResources(kind.resource()).resource(found).updateStatus();
    listener.served(kind.kind(), answer.issued() ? Outcome.ISSUED : Outcome.REFUSED);
    return Served.DONE;
  }

  private Resource<GenericKubernetesResource> resource(String key) {
    int slash = key.indexOf('/');
    var all = client.genericKubernetesResources(kind.resource());
    return slash < 0
        ? all.withName(key)
        : all.inNamespace(key.substring(0, slash)).withName(key.substring(slash + 1));
  }

  /** A conflict is somebody else's change, which the next attempt sees. */
  private void tell(String key, KubernetesClientException refused) {
    if (isAway(refused)) {
      if (!away) {
        LOG.log(Level.WARNING, "{0} requests wait: the API server cannot be reached", kind.kind());
      }
    } else if (refused.getCode() != CONFLICT && refused.getCode() != GONE) {
      LOG.log(
          Level.WARNING,
          "{0} request \"{1}\" is tried again: the API server answered with status {2}: {3}",
          kind.kind(),
          key,
          refused.getCode(),
          sentence(refused));
    }
  }

  /** No answer, or none in time. */
  private static boolean isAway(KubernetesClientException refused) {
    return refused.getCode() < 100;
  }

  private static String sentence(KubernetesClientException refused) {
    String said = refused.getStatus() == null ? null : refused.getStatus().getMessage();
    return Texts.printable(said);
  }

  private static ObjectNode json(GenericKubernetesResource object) {
    return JSON.valueToTree(object);
  }
}

package io.mintmark.kubernetes.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.mintmark.kubernetes.ClusterApi;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes what became of custom resources into their status, by server-side apply under a name of
 * its own: only what is otherwise than the API server has it, one at a time and the latest first. A
 * write that fails is made again later and keeps no other from being made.
 */
final class StatusWriter implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StatusWriter.class.getName());
  private static final String MANAGER = "mintmark";
  private static final Duration PACE = Duration.ofMillis(20);
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final Duration AGAIN = Duration.ofSeconds(2);
  private static final int MAX_DOUBLED = 5;

  private final ClusterApi api;
  private final ResourceWatch watch;
  private final InstantSource clock;
  private final Thread thread;
  private final SequencedMap<String, Due> due = new LinkedHashMap<>();

  /** What failed, until it is due again. */
  private final Map<String, Due> failed = new HashMap<>();

  private boolean closed;
  private long failures;

  /**
   * What is to be said, and of what.
   *
   * @param failures how often it could not be said
   * @param at not before this moment, by {@link System#nanoTime}
   */
  private record Due(CustomResource resource, Condition condition, int failures, long at) {
    Due again() {
      long pause = AGAIN.toNanos() << Math.min(failures, MAX_DOUBLED);
      return new Due(resource, condition, failures + 1, System.nanoTime() + pause);
    }
  }

  /** What comes of a write. */
  private enum Outcome {
    DONE,
    /** It cannot be said as it is, now or later. */
    REFUSED,
    /** It may be said later. */
    LATER,
    /** Nothing can be said now. */
    AWAY;

    static Outcome of(int status) {
      return switch (status) {
        // it is gone, or another one of its name is there, of which the watch tells
        case 404, 409 -> DONE;
        case 401, 403, 408 -> LATER;
        case 429 -> AWAY;
        // without an answer there is no status: the client's code is below 100 then
        default -> status < 100 || status >= 500 ? AWAY : REFUSED;
      };
    }
  }

  StatusWriter(ClusterApi api, ResourceWatch watch, InstantSource clock) {
    this.api = api;
    this.watch = watch;
    this.clock = clock;
    this.thread = Thread.ofPlatform().daemon().name("policy-status").unstarted(this::run);
    thread.start();
  }

  /** Replaces whatever was to be said of a resource. */
  void say(CustomResource resource, Condition condition) {
    synchronized (due) {
      failed.remove(resource.label());
      if (condition.isSaidBy(watch.status(resource))) {
        due.remove(resource.label());
      } else {
        due.putLast(resource.label(), new Due(resource, condition, 0, 0));
        due.notifyAll();
      }
    }
  }

  /** How many resources have a status that is not what it should be. */
  int pending() {
    synchronized (due) {
      return due.size() + failed.size();
    }
  }

  /** How many writes failed. */
  long failures() {
    synchronized (due) {
      return failures;
    }
  }

  @Override
  public void close() {
    synchronized (due) {
      closed = true;
      due.notifyAll();
    }
    thread.interrupt();
  }

  private void run() {
    while (true) {
      try {
        Due next = next();
        if (next == null) {
          return;
        }
        Duration pause = write(next) == Outcome.AWAY ? PAUSE : PACE;
        TimeUnit.MILLISECONDS.sleep(pause.toMillis());
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private @Nullable Due next() throws InterruptedException {
    synchronized (due) {
      while (!closed) {
        long now = System.nanoTime();
        failed
            .values()
            .removeIf(
                one -> {
                  boolean ripe = one.at() - now <= 0;
                  if (ripe) {
                    due.putFirst(one.resource().label(), one);
                  }
                  return ripe;
                });
        if (!due.isEmpty()) {
          return due.lastEntry().getValue();
        }
        if (failed.isEmpty()) {
          due.wait();
        } else {
          due.wait(AGAIN.toMillis());
        }
      }
      return null;
    }
  }

  private Outcome write(Due next) {
    Outcome outcome;
    try {
      JsonNode before = watch.status(next.resource());
      if (!next.condition().isSaidBy(before)) {
        apply(next, before);
      }
      outcome = Outcome.DONE;
    } catch (KubernetesClientException refused) {
      outcome = Outcome.of(refused.getCode());
      if (outcome != Outcome.DONE && next.failures() == 0) {
        LOG.log(
            System.Logger.Level.WARNING,
            "the status of {0} cannot be written{1}: {2}",
            next.resource().label(),
            outcome == Outcome.REFUSED ? "" : " and will be later",
            refused.getCode() < 100 ? "the API server cannot be reached" : refused.getCode());
      }
    } catch (RuntimeException | Error bug) {
      LOG.log(System.Logger.Level.ERROR, "a status could not be made", bug);
      outcome = Outcome.REFUSED;
    }
    settle(next, outcome);
    return outcome;
  }

  private void settle(Due next, Outcome outcome) {
    synchronized (due) {
      // what is new of it meanwhile stays to be said
      if (!due.remove(next.resource().label(), next)) {
        return;
      }
      switch (outcome) {
        case DONE -> {}
        case REFUSED -> failures++;
        case LATER, AWAY -> {
          failures++;
          failed.put(next.resource().label(), next.again());
        }
      }
    }
  }

  private void apply(Due next, JsonNode before) {
    CustomResource resource = next.resource();
    GenericKubernetesResource body =
        new GenericKubernetesResourceBuilder()
            .withApiVersion(CustomKind.API_VERSION)
            .withKind(resource.kind().kind().word())
            .withNewMetadata()
            .withName(resource.name())
            .withNamespace(resource.namespace())
            .withUid(resource.uid())
            .endMetadata()
            .addToAdditionalProperties("status", next.condition().status(before, clock.instant()))
            .build();
    PatchContext context =
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(MANAGER)
            .withForce(true)
            .build();
    var resources = api.client().genericKubernetesResources(resource.kind().context());
    var place =
        resource.namespace() == null
            ? resources.withName(resource.name())
            : resources.inNamespace(resource.namespace()).withName(resource.name());
    var _ = place.subresource("status").patch(context, body);
  }
}

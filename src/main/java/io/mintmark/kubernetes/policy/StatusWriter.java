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
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes what became of custom resources into their status, by server-side apply under a name of
 * its own: only what is otherwise than the API server has it, one at a time and the latest first,
 * and again when the server was away.
 */
final class StatusWriter implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StatusWriter.class.getName());
  private static final String MANAGER = "mintmark";
  private static final Duration PACE = Duration.ofMillis(20);
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private final ClusterApi api;
  private final ResourceWatch watch;
  private final InstantSource clock;
  private final Thread thread;
  private final SequencedMap<String, Due> due = new LinkedHashMap<>();
  private boolean closed;

  /** What is to be said, and of what. */
  private record Due(CustomResource resource, Condition condition) {}

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
      if (condition.isSaidBy(watch.status(resource))) {
        due.remove(resource.label());
      } else {
        due.putLast(resource.label(), new Due(resource, condition));
        due.notifyAll();
      }
    }
  }

  /** How many resources have a status that is not what it should be. */
  int pending() {
    synchronized (due) {
      return due.size();
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
    try {
      while (true) {
        Due next = next();
        if (next == null) {
          return;
        }
        Duration pause = write(next) ? PACE : PAUSE;
        TimeUnit.MILLISECONDS.sleep(pause.toMillis());
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable Due next() throws InterruptedException {
    synchronized (due) {
      while (due.isEmpty() && !closed) {
        due.wait();
      }
      return closed ? null : due.lastEntry().getValue();
    }
  }

  private void done(Due written) {
    synchronized (due) {
      due.remove(written.resource().label(), written);
    }
  }

  private boolean write(Due next) {
    try {
      JsonNode before = watch.status(next.resource());
      if (!next.condition().isSaidBy(before)) {
        apply(next, before);
      }
      done(next);
      return true;
    } catch (KubernetesClientException refused) {
      if (refused.getCode() == NOT_FOUND || refused.getCode() == CONFLICT) {
        // it is gone, or another one of its name is there, of which the watch tells
        done(next);
        return true;
      }
      LOG.log(
          System.Logger.Level.WARNING,
          "the status of {0} cannot be written and will be later: {1}",
          next.resource().label(),
          refused.getCode() == 0 ? refused.getClass().getSimpleName() : refused.getCode());
      return false;
    } catch (RuntimeException bug) {
      LOG.log(System.Logger.Level.ERROR, "a status could not be made", bug);
      done(next);
      return false;
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

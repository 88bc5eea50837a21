package io.mintmark.kubernetes.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.mintmark.kubernetes.ClusterApi;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The custom resources as the API server tells of them: listed, then watched, listed again when a
 * watch ends for good (410), and kept as they were last while the server is away.
 */
final class ResourceWatch implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ResourceWatch.class.getName());
  private static final long PAGE = 500;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Map<CustomKind, SharedIndexInformer<GenericKubernetesResource>> informers =
      new EnumMap<>(CustomKind.class);
  private Map<String, CustomResource> seen = Map.of();

  /**
   * @param changed told on the client's threads whenever something may be otherwise
   */
  ResourceWatch(ClusterApi api, Runnable changed) {
    for (CustomKind kind : CustomKind.values()) {
      SharedIndexInformer<GenericKubernetesResource> informer =
          api.client()
              .genericKubernetesResources(kind.context())
              .inAnyNamespace()
              .withLimit(PAGE)
              .runnableInformer(0);
      informer.addEventHandler(new Told(changed));
      informer.exceptionHandler(
          (started, failure) -> {
            LOG.log(
                System.Logger.Level.WARNING,
                "the cluster''s {0} cannot be watched and will be listed again: {1}",
                kind.plural(),
                failure.getClass().getSimpleName());
            return true;
          });
      informers.put(kind, informer);
      var _ = informer.start();
    }
  }

  /** Whether the API server tells of every kind now. */
  boolean isWatching() {
    return informers.values().stream().allMatch(SharedIndexInformer::isWatching);
  }

  /** The kinds that were never listed. */
  List<String> missing() {
    return informers.entrySet().stream()
        .filter(entry -> !entry.getValue().hasSynced())
        .map(entry -> entry.getKey().plural())
        .toList();
  }

  /** All there is; null as long as a kind was never listed. */
  synchronized @Nullable List<CustomResource> resources() {
    if (!missing().isEmpty()) {
      return null;
    }
    Map<String, CustomResource> now = new HashMap<>();
    List<CustomResource> resources = new ArrayList<>();
    informers.forEach(
        (kind, informer) -> {
          for (GenericKubernetesResource object : informer.getStore().list()) {
            CustomResource resource = newest(kind, object);
            now.put(resource.label(), resource);
            resources.add(resource);
          }
        });
    seen = now;
    return resources;
  }

  /** The status that the API server has for a resource; missing where it has none. */
  JsonNode status(CustomResource resource) {
    SharedIndexInformer<GenericKubernetesResource> informer = informers.get(resource.kind());
    String namespace = resource.namespace();
    GenericKubernetesResource object =
        informer == null
            ? null
            : informer
                .getStore()
                .getByKey(namespace == null ? resource.name() : namespace + "/" + resource.name());
    return object == null ? MissingNode.getInstance() : member(object, "status");
  }

  /** A server that was restored or lags may tell of an object as it was before. */
  private CustomResource newest(CustomKind kind, GenericKubernetesResource object) {
    ObjectMeta metadata = object.getMetadata();
    long generation = metadata.getGeneration() == null ? 0 : metadata.getGeneration();
    CustomResource read =
        new CustomResource(
            kind,
            kind.namespaced() ? metadata.getNamespace() : null,
            metadata.getName(),
            String.valueOf(metadata.getUid()),
            generation,
            String.valueOf(metadata.getCreationTimestamp()),
            MissingNode.getInstance());
    CustomResource before = seen.get(read.label());
    return before != null
            && before.uid().equals(read.uid())
            && before.generation() >= read.generation()
        ? before
        : read.with(member(object, "spec"));
  }

  private static JsonNode member(GenericKubernetesResource object, String name) {
    Object value = object.getAdditionalProperties().get(name);
    return value == null ? MissingNode.getInstance() : MAPPER.valueToTree(value);
  }

  @Override
  public void close() {
    informers.values().forEach(SharedIndexInformer::stop);
  }

  private record Told(Runnable changed) implements ResourceEventHandler<GenericKubernetesResource> {
    @Override
    public void onAdd(GenericKubernetesResource object) {
      changed.run();
    }

    @Override
    public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource now) {
      changed.run();
    }

    @Override
    public void onDelete(GenericKubernetesResource object, boolean unknown) {
      changed.run();
    }
  }
}

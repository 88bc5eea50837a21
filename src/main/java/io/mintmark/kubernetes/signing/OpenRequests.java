package io.mintmark.kubernetes.signing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The requests that a watch has seen, of which nothing is kept but whether they wait: one that is
 * worked on is read anew, and what a replayed watch says again costs nothing.
 */
final class OpenRequests implements ItemStore<GenericKubernetesResource> {
  private final RequestKind kind;
  private final Function<GenericKubernetesResource, ObjectNode> json;
  private final Consumer<String> found;
  private final Map<String, Boolean> open = new ConcurrentHashMap<>();

  /**
   * @param found told of each that waits, each time that it is seen
   */
  OpenRequests(
      RequestKind kind,
      Function<GenericKubernetesResource, ObjectNode> json,
      Consumer<String> found) {
    this.kind = kind;
    this.json = json;
    this.found = found;
  }

  /** Tells of all that wait once more. */
  void tellAgain() {
    open.forEach(
        (key, waits) -> {
          if (waits) {
            found.accept(key);
          }
        });
  }

  @Override
  public String getKey(GenericKubernetesResource object) {
    return Cache.metaNamespaceKeyFunc(object);
  }

  @Override
  public @Nullable GenericKubernetesResource put(String key, GenericKubernetesResource object) {
    boolean waits = kind.isOpen(json.apply(object));
    open.put(key, waits);
    if (waits) {
      found.accept(key);
    }
    return null;
  }

  @Override
  public @Nullable GenericKubernetesResource remove(String key) {
    open.remove(key);
    return null;
  }

  @Override
  public Stream<String> keySet() {
    return open.keySet().stream();
  }

  @Override
  public Stream<GenericKubernetesResource> values() {
    return Stream.empty();
  }

  @Override
  public int size() {
    return open.size();
  }

  @Override
  public @Nullable GenericKubernetesResource get(String key) {
    return null;
  }

  @Override
  public boolean isFullState() {
    return false;
  }
}

package io.mintmark.kubernetes.review;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The pods or the nodes of a cluster, followed by a watch. While the watch is down nothing of it is
 * believed, and what it does not know is asked for by name.
 */
final class WatchedObjects<T extends HasMetadata> implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(WatchedObjects.class.getName());
  private static final long PAGE = 50;
  private static final int MAX_OBJECT = 2 * 1024 * 1024;

  /** RFC 1123, section 2.1: what an object's name may be, so that it stays one part of a path. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?");

  private final ApiCalls api;
  private final Metadata.Keys keys;
  private final Kept<T> kept;
  private final SharedIndexInformer<T> informer;

  WatchedObjects(ApiCalls api, Informable<T> objects, Metadata.Keys keys) {
    this.api = api;
    this.keys = keys;
    this.kept = new Kept<>(keys);
    this.informer = objects.withLimit(PAGE).runnableInformer(0);
    informer.itemStore(kept);
    informer.exceptionHandler(WatchedObjects::brokeOff);
    var _ = informer.start();
  }

  /** The client's own account of it is a page long. */
  private static boolean brokeOff(boolean started, Throwable failure) {
    LOG.log(
        System.Logger.Level.WARNING,
        "a watch of the API server broke off and is begun again: {0}",
        failure.getClass().getSimpleName());
    return true;
  }

  /**
   * What is known of the object of this name that has this UID; null where there is none.
   *
   * @param namespace null for objects that are in none
   * @param uid null where any will do
   * @param plural of the kind, as the API's paths have it
   */
  @Nullable Metadata find(
      @Nullable String namespace,
      String name,
      @Nullable String uid,
      String plural,
      Deadline deadline)
      throws NoAnswer {
    if (!NAME.matcher(name).matches()
        || (namespace != null && !NAME.matcher(namespace).matches())) {
      return null;
    }
    Metadata known =
        informer.isWatching()
            ? kept.byKey.get(namespace == null ? name : namespace + "/" + name)
            : null;
    if (known == null || !(uid == null || uid.equals(known.uid()))) {
      String space = namespace == null ? "" : "namespaces/" + namespace + "/";
      JsonNode object = api.get("/api/v1/" + space + plural + "/" + name, MAX_OBJECT, deadline);
      known = object == null ? null : Metadata.of(object, keys);
    }
    return known == null || uid == null || uid.equals(known.uid()) ? known : null;
  }

  @Override
  public void close() {
    informer.stop();
  }

  /** Keeps what is wanted and lets the rest of each object go. */
  private static final class Kept<T extends HasMetadata> implements ItemStore<T> {
    private final Metadata.Keys keys;
    private final Map<String, Metadata> byKey = new ConcurrentHashMap<>();

    Kept(Metadata.Keys keys) {
      this.keys = keys;
    }

    @Override
    public String getKey(T object) {
      return Cache.metaNamespaceKeyFunc(object);
    }

    @Override
    public @Nullable T put(String key, T object) {
      Metadata metadata = Metadata.of(object.getMetadata(), keys);
      if (metadata == null) {
        byKey.remove(key);
      } else {
        byKey.put(key, metadata);
      }
      return null;
    }

    @Override
    public @Nullable T remove(String key) {
      byKey.remove(key);
      return null;
    }

    @Override
    public Stream<String> keySet() {
      return byKey.keySet().stream();
    }

    /** The objects themselves are gone; nobody listens to their events. */
    @Override
    public Stream<T> values() {
      return Stream.empty();
    }

    @Override
    public int size() {
      return byKey.size();
    }

    @Override
    public @Nullable T get(String key) {
      return null;
    }

    @Override
    public boolean isFullState() {
      return false;
    }
  }
}

package io.mintmark.kubernetes.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.mintmark.kubernetes.ClusterApi;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The custom resources of all kinds, as the API server tells of them. */
final class ResourceWatch implements AutoCloseable {
  /** Of the memory that the process may take at most. */
  private static final int SHARE = 4;

  private final Shelf shelf = new Shelf(Runtime.getRuntime().maxMemory() / SHARE);
  private final List<KindWatch> kinds;

  /**
   * Begins to list and to watch; nothing is waited for.
   *
   * @param changed told whenever something may be otherwise
   */
  ResourceWatch(ClusterApi api, Runnable changed) {
    this.kinds =
        Arrays.stream(CustomKind.values())
            .map(kind -> new KindWatch(api.client(), kind, shelf, changed))
            .toList();
  }

  /** Whether the API server tells of every kind now. */
  boolean isWatching() {
    return kinds.stream().allMatch(KindWatch::isWatching);
  }

  /** The kinds that were never listed. */
  List<String> missing() {
    return kinds.stream().filter(one -> !one.isListed()).map(KindWatch::toString).toList();
  }

  /** All there is; null as long as a kind was never listed. */
  @Nullable List<CustomResource> resources() {
    return missing().isEmpty() ? shelf.all().stream().map(Shelf.Kept::resource).toList() : null;
  }

  /** The status that the API server has for a resource; missing where it has none. */
  JsonNode status(CustomResource resource) {
    Shelf.Kept kept = shelf.get(resource);
    return kept == null ? MissingNode.getInstance() : kept.status();
  }

  @Override
  public void close() {
    kinds.forEach(KindWatch::close);
  }
}

package io.mintmark.policy;

import io.mintmark.workload.WorkloadId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values by workload pattern, found in a tree of segments: the cost of a look-up follows the depth
 * of the path and the number of hits, not the number of patterns. Not changed once built.
 */
final class PatternIndex<T> {
  private final Map<String, Node<T>> roots = new HashMap<>();

  void add(WorkloadPattern pattern, T value) {
    Node<T> node = roots.computeIfAbsent(pattern.trustDomain().name(), name -> new Node<>());
    for (String segment : pattern.segments()) {
      node = node.child(segment);
    }
    if (pattern.open()) {
      node.rest = with(node.rest, value);
    } else {
      node.here = with(node.here, value);
    }
  }

  /** Adds the values of every pattern that matches. */
  void collect(WorkloadId id, List<String> path, List<T> found) {
    Node<T> root = roots.get(id.trustDomain().name());
    if (root != null) {
      root.collect(path, 0, found);
    }
  }

  private static <T> List<T> with(List<T> values, T value) {
    if (values.isEmpty()) {
      return List.of(value);
    }
    List<T> more = values instanceof ArrayList ? values : new ArrayList<>(values);
    more.add(value);
    return more;
  }

  /** Most of them are a leaf with one value, and there are as many as patterns. */
  private static final class Node<T> {
    private Map<String, Node<T>> children = Map.of();
    private List<T> here = List.of();
    private List<T> rest = List.of();

    Node<T> child(String segment) {
      if (children.isEmpty()) {
        children = new HashMap<>();
      }
      return children.computeIfAbsent(segment, name -> new Node<>());
    }

    void collect(List<String> path, int depth, List<T> found) {
      if (depth == path.size()) {
        found.addAll(here);
        return;
      }
      found.addAll(rest);
      descend(children.get(path.get(depth)), path, depth, found);
      descend(children.get(WorkloadPattern.ANY), path, depth, found);
    }

    private static <T> void descend(
        @Nullable Node<T> child, List<String> path, int depth, List<T> found) {
      if (child != null) {
        child.collect(path, depth + 1, found);
      }
    }
  }
}

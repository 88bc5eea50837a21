package io.mintmark.evidence;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom an Issuer document has asked about tokens, and what else it wants to know; equal origins
 * share one reviewer.
 *
 * @param issuer the issuer's URL, which no two documents share
 * @param server null for the API server of the cluster that the broker runs in
 */
public record ReviewOrigin(String issuer, @Nullable Server server, Wanted wanted) {
  /**
   * Another API server.
   *
   * @param authorities in PEM, in place of the system's; null where those are meant
   * @param tokenFile the broker's own bearer token there, named as in the document and read at each
   *     call
   */
  public record Server(String url, @Nullable String authorities, String tokenFile) {}

  /** The labels and annotations that become attributes, by name; of what is not named, nothing. */
  public record Wanted(
      List<String> podLabels, List<String> podAnnotations, List<String> nodeLabels) {
    public static final Wanted NOTHING = new Wanted(List.of(), List.of(), List.of());

    public Wanted {
      podLabels = List.copyOf(podLabels);
      podAnnotations = List.copyOf(podAnnotations);
      nodeLabels = List.copyOf(nodeLabels);
    }

    public boolean ofPods() {
      return !podLabels.isEmpty() || !podAnnotations.isEmpty();
    }

    public boolean ofNodes() {
      return !nodeLabels.isEmpty();
    }
  }
}

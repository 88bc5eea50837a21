package io.mintmark.kubernetes.review;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.mintmark.evidence.Review;
import io.mintmark.evidence.ReviewOrigin;
import io.mintmark.evidence.Reviewer;
import io.mintmark.evidence.kubernetes.TokenReviewCheck;
import io.mintmark.workload.Reason;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks one API server: a TokenReview, and what the documents want to know of pod and node. */
final class ApiServer implements Asking {
  private final ApiCalls api;
  private final ReviewOrigin.Wanted wanted;
  private final InstantSource clock;
  private final Runnable end;
  private final @Nullable WatchedObjects<Pod> pods;
  private final @Nullable WatchedObjects<Node> nodes;

  /**
   * @param end what else ends with it
   */
  ApiServer(
      KubernetesClient client, ReviewOrigin.Wanted wanted, InstantSource clock, Runnable end) {
    this.api = new ApiCalls(client);
    this.wanted = wanted;
    this.clock = clock;
    this.end = end;
    this.pods =
        wanted.ofPods()
            ? new WatchedObjects<>(
                api,
                client.pods().inAnyNamespace(),
                new Metadata.Keys(wanted.podLabels(), wanted.podAnnotations()))
            : null;
    this.nodes =
        wanted.ofNodes()
            ? new WatchedObjects<>(
                api, client.nodes(), new Metadata.Keys(wanted.nodeLabels(), List.of()))
            : null;
  }

  @Override
  public Review ask(Reviewer.Question question, Deadline deadline) throws NoAnswer {
    Review.Rejected objection =
        TokenReviewCheck.objection(question, TokenReviews.of(question, api, deadline));
    if (objection != null) {
      return objection;
    }
    Map<String, Object> attributes = new HashMap<>();
    if (pods != null && question.facts().get("pod") instanceof String pod) {
      Metadata found = pod(pods, pod, question, deadline);
      if (found == null) {
        return new Review.Rejected(
            Reason.EVIDENCE_REVOKED, "the API server has no such pod any more");
      }
      if (!wanted.podLabels().isEmpty()) {
        attributes.put("pod_labels", found.labels());
      }
      if (!wanted.podAnnotations().isEmpty()) {
        attributes.put("pod_annotations", found.annotations());
      }
    }
    if (nodes != null && question.facts().get("node") instanceof String node) {
      // a node that is gone, or another of its name, takes nothing from the pod but its labels
      String uid = text(question, "node_uid");
      Metadata found = nodes.find(null, node, uid, "nodes", deadline);
      if (found != null) {
        attributes.put("node_labels", found.labels());
      }
    }
    return new Review.Confirmed(attributes, clock.instant());
  }

  @Override
  public void close() {
    if (pods != null) {
      pods.close();
    }
    if (nodes != null) {
      nodes.close();
    }
    end.run();
  }

  private static @Nullable Metadata pod(
      WatchedObjects<Pod> pods, String pod, Reviewer.Question question, Deadline deadline)
      throws NoAnswer {
    String namespace = text(question, "namespace");
    String uid = text(question, "pod_uid");
    return namespace == null || uid == null
        ? null
        : pods.find(namespace, pod, uid, "pods", deadline);
  }

  private static @Nullable String text(Reviewer.Question question, String fact) {
    return question.facts().get(fact) instanceof String text ? text : null;
  }
}

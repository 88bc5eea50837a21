package io.mintmark.kubernetes.signing;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.mintmark.documents.Texts;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The objects that a request names, as they are now. API servers check them only where a kubelet
 * makes the request; whoever else may create requests in a namespace could name a pod, an account
 * and a node that are not there, or not together.
 */
@FunctionalInterface
interface ClaimedObjects {
  /**
   * What the API server's own objects say otherwise; null where they agree. Throws {@link
   * io.fabric8.kubernetes.client.KubernetesClientException} where they cannot be looked at.
   *
   * @param facts by the names that tokens have as attributes
   */
  @Nullable String contradiction(Map<String, String> facts);

  /** Asks the API server, each time. */
  static ClaimedObjects of(KubernetesClient client) {
    return facts -> contradiction(client, facts);
  }

  private static @Nullable String contradiction(
      KubernetesClient client, Map<String, String> facts) {
    String namespace = facts.get("namespace");
    String account = facts.get("serviceaccount");
    String wrong =
        other(
            client.serviceAccounts().inNamespace(namespace).withName(account).get(),
            "service account",
            account,
            facts.get("serviceaccount_uid"));
    String node = facts.get("node");
    if (wrong == null && facts.containsKey("pod")) {
      String name = facts.get("pod");
      Pod pod = client.pods().inNamespace(namespace).withName(name).get();
      wrong = other(pod, "pod", name, facts.get("pod_uid"));
      if (wrong == null && !String.valueOf(account).equals(pod.getSpec().getServiceAccountName())) {
        wrong = "pod " + quoted(name) + " runs as another service account";
      }
      if (wrong == null && node != null && !node.equals(pod.getSpec().getNodeName())) {
        wrong = "pod " + quoted(name) + " is not on node " + quoted(node);
      }
    }
    if (wrong == null && node != null) {
      wrong = other(client.nodes().withName(node).get(), "node", node, facts.get("node_uid"));
    }
    return wrong;
  }

  private static @Nullable String other(
      @Nullable HasMetadata object, String kind, @Nullable String name, @Nullable String uid) {
    if (object == null) {
      return "there is no " + kind + " " + quoted(name);
    }
    return uid == null || uid.equals(object.getMetadata().getUid())
        ? null
        : kind + " " + quoted(name) + " is another by now, with another uid";
  }

  private static String quoted(@Nullable String name) {
    return "\"" + Texts.printable(name) + "\"";
  }
}

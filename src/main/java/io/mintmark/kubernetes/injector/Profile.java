package io.mintmark.kubernetes.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * What pods may ask for by its name; made by the platform team, so that no pod chooses an image or
 * a privilege.
 *
 * @param credentials as in a Sidecar document
 * @param deliver as in a Sidecar document; paths are within the folder
 * @param folder where the shared volume is mounted in all containers
 * @param environment added to the containers, where they have no such variable
 * @param resources of the sidecar's container, as Kubernetes has them
 * @param tokenSeconds the lifetime of the service-account token that is the sidecar's evidence
 * @param healthPort where the sidecar answers the kubelet's probes
 */
record Profile(
    String name,
    JsonNode credentials,
    JsonNode deliver,
    String folder,
    Map<String, String> environment,
    JsonNode resources,
    long tokenSeconds,
    int healthPort) {
  static final String DEFAULT = "default";

  /** A namespace's quota, and the kubelet, want to know what each container takes. */
  static JsonNode resourcesUnlessGiven() {
    ObjectNode resources = JsonNodeFactory.instance.objectNode();
    resources.putObject("requests").put("cpu", "10m").put("memory", "96Mi");
    resources.putObject("limits").put("memory", "128Mi");
    return resources;
  }

  Profile {
    environment = Map.copyOf(environment);
  }
}

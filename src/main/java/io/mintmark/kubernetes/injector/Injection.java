package io.mintmark.kubernetes.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts a sidecar into a pod: as a native sidecar, first of the init containers, so that those after
 * it have their credentials, with its evidence, its document and a shared volume in memory. What
 * was put there before is taken out first, so that it is the same however often it is done.
 */
final class Injection {
  static final String CONTAINER = "mintmark";
  private static final String SHARED = "mintmark-shared";
  private static final String TOKEN = "mintmark-token";
  private static final String DOCUMENT = "mintmark-document";
  private static final Set<String> VOLUMES = Set.of(SHARED, TOKEN, DOCUMENT);
  private static final String[] LISTS = {"initContainers", "containers"};
  private static final int USER = 65532;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final InjectorPlan plan;
  private final Supplier<String> authorities;

  /**
   * @param authorities those of the broker's certificate, in PEM, as they are now
   */
  Injection(InjectorPlan plan, Supplier<String> authorities) {
    this.plan = plan;
    this.authorities = authorities;
  }

  /** What becomes of a pod. */
  sealed interface Outcome {
    record Untouched() implements Outcome {}

    record Injected(ObjectNode pod) implements Outcome {}

    /** It is not made. */
    record Refused(String sentence) implements Outcome {}
  }

  Outcome into(ObjectNode pod, String namespace) {
    if (plan.excluded().contains(namespace)) {
      return new Outcome.Untouched();
    }
    return switch (Wish.of(pod)) {
      case Wish.Nothing _ -> new Outcome.Untouched();
      case Wish.Unclear(String sentence) -> new Outcome.Refused(sentence);
      case Wish.Sidecar wish -> injected(pod.deepCopy(), wish);
    };
  }

  private Outcome injected(ObjectNode pod, Wish.Sidecar wish) {
    Profile profile = plan.profiles().get(wish.profile());
    if (profile == null) {
      return new Outcome.Refused("there is no profile \"" + wish.profile() + "\"");
    }
    if (!(pod.path("spec") instanceof ObjectNode spec)
        || !(pod.path("metadata").path("annotations") instanceof ObjectNode annotations)) {
      return new Outcome.Refused("it is not a pod");
    }
    String unfit = unfit(spec, profile);
    if (unfit != null) {
      return new Outcome.Refused(unfit);
    }
    boolean again = annotations.path(Wish.STATUS).asText().equals(Wish.INJECTED);
    String taken = cleared(spec, again, profile.folder());
    if (taken != null) {
      return new Outcome.Refused(taken);
    }
    for (String name : wish.containers()) {
      if (!named(spec, name)) {
        return new Outcome.Refused("it has no container \"" + name + "\"");
      }
    }
    Long user = user(spec, wish);
    boolean given = plan.broker().trust() instanceof BrokerReference.Trust.Authorities;
    String believed = given ? authorities.get() : null;
    String document;
    try {
      document = SidecarDocument.of(plan.broker(), profile, wish, user == null, believed);
    } catch (SidecarDocument.Unsaid unsaid) {
      return new Outcome.Refused(String.valueOf(unsaid.getMessage()));
    }
    annotations.put(Wish.DOCUMENT, document);
    annotations.put(Wish.STATUS, Wish.INJECTED);
    annotations.remove(Wish.AUTHORITIES);
    if (believed != null) {
      annotations.put(Wish.AUTHORITIES, believed);
    }
    volumes(list(spec, "volumes"), profile);
    for (String secret : plan.pullSecrets()) {
      if (!holds(spec.path("imagePullSecrets"), secret)) {
        list(spec, "imagePullSecrets").addObject().put("name", secret);
      }
    }
    for (String kind : LISTS) {
      for (JsonNode container : spec.path(kind)) {
        boolean wanted =
            wish.containers().isEmpty()
                || wish.containers().contains(container.path("name").asText());
        if (wanted && container instanceof ObjectNode one) {
          mounted(one, profile);
        }
      }
    }
    ArrayNode first = JSON.arrayNode().add(sidecar(profile, document, user == null ? USER : user));
    first.addAll(list(spec, "initContainers"));
    spec.set("initContainers", first);
    return new Outcome.Injected(pod);
  }

  /** Why a sidecar's port would not be its own. */
  private static @Nullable String unfit(ObjectNode spec, Profile profile) {
    if (spec.path("hostNetwork").asBoolean()) {
      return "it is in its node's network (hostNetwork), where the sidecar's port would be"
          + " everybody's";
    }
    for (String kind : LISTS) {
      for (JsonNode container : spec.path(kind)) {
        for (JsonNode port : container.path("ports")) {
          if (port.path("containerPort").asInt() == profile.healthPort()
              && !container.path("name").asText().equals(CONTAINER)) {
            return "container \""
                + container.path("name").asText()
                + "\" has port "
                + profile.healthPort()
                + ", which is the sidecar's; a profile can give it another (healthPort)";
          }
        }
      }
    }
    return null;
  }

  /** Takes out what is ours; says what has one of our names and is not. */
  private static @Nullable String cleared(ObjectNode spec, boolean again, String folder) {
    if (holds(spec.path("containers"), CONTAINER)
        || holds(spec.path("ephemeralContainers"), CONTAINER)
        || (!again && holds(spec.path("initContainers"), CONTAINER))) {
      return "it has a container that is called \"" + CONTAINER + "\"";
    }
    for (String volume : VOLUMES) {
      if (!again && holds(spec.path("volumes"), volume)) {
        return "it has a volume that is called \"" + volume + "\"";
      }
    }
    without(spec.path("initContainers"), "name", Set.of(CONTAINER));
    without(spec.path("volumes"), "name", VOLUMES);
    for (String kind : LISTS) {
      for (JsonNode container : spec.path(kind)) {
        without(container.path("volumeMounts"), "name", VOLUMES);
        for (JsonNode mount : container.path("volumeMounts")) {
          if (mount.path("mountPath").asText().equals(folder)) {
            return "container \""
                + container.path("name").asText()
                + "\" has something else at \""
                + folder
                + "\"";
          }
        }
      }
    }
    return null;
  }

  private static boolean holds(JsonNode list, String name) {
    for (JsonNode each : list) {
      if (each.path("name").asText().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean named(ObjectNode spec, String name) {
    return holds(spec.path("containers"), name) || holds(spec.path("initContainers"), name);
  }

  private static void without(JsonNode list, String key, Set<String> values) {
    if (list instanceof ArrayNode array) {
      for (int i = array.size() - 1; i >= 0; i--) {
        if (values.contains(array.path(i).path(key).asText())) {
          array.remove(i);
        }
      }
    }
  }

  /**
   * The one user of all containers that get the volume; null where that is root, several, or left
   * to their images.
   */
  private static @Nullable Long user(ObjectNode spec, Wish.Sidecar wish) {
    JsonNode podUser = spec.path("securityContext").path("runAsUser");
    Long found = null;
    for (String kind : LISTS) {
      for (JsonNode container : spec.path(kind)) {
        if (!wish.containers().isEmpty()
            && !wish.containers().contains(container.path("name").asText())) {
          continue;
        }
        JsonNode own = container.path("securityContext").path("runAsUser");
        JsonNode user = own.isMissingNode() || own.isNull() ? podUser : own;
        if (!user.canConvertToLong() || user.asLong() <= 0) {
          return null;
        }
        if (found != null && found != user.asLong()) {
          return null;
        }
        found = user.asLong();
      }
    }
    return found;
  }

  private void volumes(ArrayNode volumes, Profile profile) {
    volumes
        .addObject()
        .put("name", SHARED)
        .putObject("emptyDir")
        .put("medium", "Memory")
        .put("sizeLimit", "16Mi");
    ObjectNode token = volumes.addObject().put("name", TOKEN);
    token
        .putObject("projected")
        .putArray("sources")
        .addObject()
        .putObject("serviceAccountToken")
        .put("audience", plan.broker().issuer())
        .put("expirationSeconds", profile.tokenSeconds())
        .put("path", SidecarDocument.TOKEN);
    ArrayNode sources =
        volumes.addObject().put("name", DOCUMENT).putObject("projected").putArray("sources");
    ArrayNode items = sources.addObject().putObject("downwardAPI").putArray("items");
    annotation(items, Wish.DOCUMENT, SidecarDocument.NAME);
    switch (plan.broker().trust()) {
      case BrokerReference.Trust.Image _ -> {}
      case BrokerReference.Trust.Authorities _ ->
          annotation(items, Wish.AUTHORITIES, SidecarDocument.AUTHORITIES);
      case BrokerReference.Trust.ClusterBundle(String name, _) ->
          sources
              .addObject()
              .putObject("clusterTrustBundle")
              .put("name", name)
              .put("path", SidecarDocument.AUTHORITIES);
    }
  }

  private static void annotation(ArrayNode items, String name, String path) {
    items
        .addObject()
        .put("path", path)
        .putObject("fieldRef")
        .put("apiVersion", "v1")
        .put("fieldPath", "metadata.annotations['" + name + "']");
  }

  private static void mounted(ObjectNode container, Profile profile) {
    list(container, "volumeMounts")
        .addObject()
        .put("name", SHARED)
        .put("mountPath", profile.folder())
        .put("readOnly", true);
    ArrayNode env = list(container, "env");
    for (Map.Entry<String, String> each : new TreeMap<>(profile.environment()).entrySet()) {
      if (!holds(env, each.getKey())) {
        env.addObject().put("name", each.getKey()).put("value", each.getValue());
      }
    }
    if (env.isEmpty()) {
      container.remove("env");
    }
  }

  private ObjectNode sidecar(Profile profile, String document, long user) {
    ObjectNode container = JSON.objectNode();
    container
        .put("name", CONTAINER)
        .put("image", plan.image())
        .put("imagePullPolicy", plan.pullPolicy());
    ArrayNode command = container.putArray("command");
    plan.arguments().forEach(command::add);
    command.add(SidecarDocument.FOLDER + "/" + SidecarDocument.NAME);
    // annotations can be changed in a pod that runs, and this cannot
    command.add("--document-sha256").add(SidecarDocument.sha256(document));
    // as our launcher has it: an arena a thread would double what is resident
    container.putArray("env").addObject().put("name", "MALLOC_ARENA_MAX").put("value", "1");
    container.put("restartPolicy", "Always");
    container
        .putArray("ports")
        .addObject()
        .put("name", "mintmark-health")
        .put("containerPort", profile.healthPort())
        .put("protocol", "TCP");
    // what starts after it finds its credentials there
    probe(container.putObject("startupProbe"), "/q/health/ready", 1, 120);
    probe(container.putObject("livenessProbe"), "/q/health/live", 10, 3);
    container.set("resources", profile.resources());
    ObjectNode rights = container.putObject("securityContext");
    rights.put("allowPrivilegeEscalation", false).put("privileged", false);
    rights.put("readOnlyRootFilesystem", true).put("runAsNonRoot", true);
    rights.put("runAsUser", user).put("runAsGroup", user);
    rights.putObject("capabilities").putArray("drop").add("ALL");
    rights.putObject("seccompProfile").put("type", "RuntimeDefault");
    ArrayNode mounts = container.putArray("volumeMounts");
    mounts.addObject().put("name", SHARED).put("mountPath", profile.folder());
    mounts
        .addObject()
        .put("name", TOKEN)
        .put("mountPath", SidecarDocument.TOKEN_FOLDER)
        .put("readOnly", true);
    mounts
        .addObject()
        .put("name", DOCUMENT)
        .put("mountPath", SidecarDocument.FOLDER)
        .put("readOnly", true);
    return container;
  }

  private static void probe(ObjectNode probe, String path, int seconds, int failures) {
    probe.putObject("httpGet").put("path", path).put("port", "mintmark-health");
    probe.put("periodSeconds", seconds).put("timeoutSeconds", 5).put("failureThreshold", failures);
  }

  private static ArrayNode list(ObjectNode of, String name) {
    return of.path(name) instanceof ArrayNode there ? there : of.putArray(name);
  }
}

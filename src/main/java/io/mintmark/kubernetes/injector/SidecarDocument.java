package io.mintmark.kubernetes.injector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.Documents;
import io.mintmark.documents.Kind;
import io.mintmark.jose.Crypto;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The document of an injected sidecar, as JSON, which is YAML. */
final class SidecarDocument {
  /** Where its parts are mounted in the sidecar's container. */
  static final String FOLDER = "/etc/mintmark-sidecar";

  static final String NAME = "sidecar.yaml";
  static final String AUTHORITIES = "authorities.pem";
  static final String TOKEN_FOLDER = "/var/run/secrets/mintmark";
  static final String TOKEN = "token";

  /** In the shared volume, which lives as long as the pod. */
  private static final String KEPT = ".trust";

  private static final String RESOURCE = "{resource}";
  private static final String SCOPES = "{scopes}";
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private SidecarDocument() {}

  /** A pod did not say what its profile leaves to it. */
  static final class Unsaid extends Exception {
    private static final long serialVersionUID = 1L;

    Unsaid(String sentence) {
      super(sentence);
    }
  }

  /**
   * @param readable whether files that name no mode are for every user of the containers, whose
   *     users are others than the sidecar's
   * @param authorities what the pod is given of whom to believe, in PEM; null where that is nothing
   * @throws Unsaid where the profile leaves a value to the pod, and the pod says none
   */
  static String of(
      BrokerReference broker,
      Profile profile,
      Wish.Sidecar wish,
      boolean readable,
      @Nullable String authorities)
      throws Unsaid {
    ObjectNode root = JSON.objectNode();
    root.put("apiVersion", "mintmark.io/v1").put("kind", "Sidecar");
    root.putObject("metadata").put("name", profile.name());
    ObjectNode spec = root.putObject("spec");
    ObjectNode to = spec.putObject("broker");
    to.set("url", broker.url());
    to.put("issuer", broker.issuer());
    trust(to.putObject("trust"), broker.trust(), profile.folder() + "/" + KEPT);
    if (authorities != null) {
      to.withObject("/trust").put("sha256", sha256(authorities));
    }
    spec.putArray("evidence")
        .addObject()
        .put("kind", "kubernetes")
        .put("file", TOKEN_FOLDER + "/" + TOKEN);
    // the kubelet calls from outside of the pod
    spec.putObject("health").put("listen", "0.0.0.0:" + profile.healthPort());
    if (profile.credentials().isArray() && !profile.credentials().isEmpty()) {
      spec.set("credentials", filled(profile.credentials(), wish));
    }
    JsonNode deliver = filled(profile.deliver(), wish);
    for (JsonNode delivery : deliver) {
      // an emptyDir can be written by all, and is mounted into the pod's own containers only
      if (delivery.path("to").path("file") instanceof ObjectNode file) {
        place(file, profile);
        file.put("sharedFolder", true);
        if (readable && !file.has("mode")) {
          file.put("mode", "0444");
        }
      }
    }
    spec.set("deliver", deliver);
    return root.toString();
  }

  /** What the sidecar computes of the file that holds it. */
  static String sha256(String content) {
    return HexFormat.of().formatHex(Crypto.sha256(content.getBytes(StandardCharsets.UTF_8)));
  }

  /** Throws where the document of a pod of this profile would not be one. */
  static void check(BrokerReference broker, Profile profile) throws DocumentErrors {
    try {
      String text =
          of(
              broker,
              profile,
              new Wish.Sidecar(
                  profile.name(), "https://resource.invalid", List.of("scope"), Set.of()),
              true,
              null);
      Documents.only("profile \"" + profile.name() + "\"", text, Kind.SIDECAR);
    } catch (Unsaid impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static void place(ObjectNode file, Profile profile) {
    String path = file.path("path").asText();
    if (!path.isEmpty() && !path.startsWith("/")) {
      file.put("path", profile.folder() + "/" + path);
    }
  }

  private static void trust(ObjectNode to, BrokerReference.Trust trust, String kept) {
    switch (trust) {
      case BrokerReference.Trust.Image _ -> to.put("system", true);
      case BrokerReference.Trust.Authorities(_, String domain) -> file(to, domain, kept);
      case BrokerReference.Trust.ClusterBundle(_, String domain) -> file(to, domain, kept);
    }
  }

  private static void file(ObjectNode to, @Nullable String domain, String kept) {
    to.put("file", FOLDER + "/" + AUTHORITIES);
    // a container that starts again learns no more than its pod's first day knew
    to.put("kept", kept);
    if (domain != null) {
      to.put("trustDomain", domain);
    }
  }

  private static JsonNode filled(JsonNode node, Wish.Sidecar wish) throws Unsaid {
    if (node.isTextual() && node.asText().equals(RESOURCE)) {
      if (wish.resource() == null) {
        throw new Unsaid("its profile wants annotation " + Wish.RESOURCE);
      }
      return JSON.textNode(wish.resource());
    }
    if (node.isTextual() && node.asText().equals(SCOPES)) {
      if (wish.scopes().isEmpty()) {
        throw new Unsaid("its profile wants annotation " + Wish.SCOPES);
      }
      ArrayNode scopes = JSON.arrayNode();
      wish.scopes().forEach(scopes::add);
      return scopes;
    }
    if (node.isArray()) {
      ArrayNode filled = JSON.arrayNode();
      for (JsonNode each : node) {
        filled.add(filled(each, wish));
      }
      return filled;
    }
    if (node.isObject()) {
      ObjectNode filled = JSON.objectNode();
      for (Map.Entry<String, JsonNode> each : node.properties()) {
        filled.set(each.getKey(), filled(each.getValue(), wish));
      }
      return filled;
    }
    return node;
  }
}

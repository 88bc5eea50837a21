package io.mintmark.kubernetes.injector;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.documents.Document;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.Documents;
import io.mintmark.documents.DurationText;
import io.mintmark.documents.Kind;
import io.mintmark.documents.Problem;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads and compiles the injector's document, whole or not at all. */
public final class InjectorDocument {
  private static final List<String> ARGUMENTS =
      List.of(
          "/opt/mintmark/sidecar/bin/java", "@/opt/mintmark/sidecar.args", "sidecar", "--config");
  private static final Duration LEAST = Duration.ofMinutes(10);
  private static final Duration MOST = Duration.ofHours(1);
  private static final int MAX_PORT = 65_535;

  /** Folders that a volume would hide from the containers; the chart refuses the same. */
  private static final Pattern NEEDED =
      Pattern.compile(
          "/(bin|boot|dev|etc|lib|lib64|opt/mintmark|proc|sbin|sys|usr|(var/)?run/secrets)(/.*)?"
              + "|/(home|opt|root|run|srv|tmp|var|var/lib|var/run)");

  private final Document document;
  private final Path folder;
  private final List<Problem> problems = new ArrayList<>();

  private InjectorDocument(Document document, Path folder) {
    this.document = document;
    this.folder = folder;
  }

  /** Throws {@link DocumentErrors} with the place of everything that is wrong. */
  public static InjectorPlan load(Path file) throws DocumentErrors {
    Path parent = file.toAbsolutePath().normalize().getParent();
    return new InjectorDocument(Documents.only(file, Kind.INJECTOR), parent == null ? file : parent)
        .compile();
  }

  private InjectorPlan compile() throws DocumentErrors {
    JsonNode spec = document.spec();
    BrokerReference broker = broker(spec.path("broker"));
    Map<String, Profile> profiles = new LinkedHashMap<>();
    for (int i = 0; i < spec.path("profiles").size(); i++) {
      String at = "/spec/profiles/" + i;
      Profile profile = profile(spec.path("profiles").path(i), at);
      if (profiles.put(profile.name(), profile) != null) {
        error(at + "/name", "profile \"" + profile.name() + "\" is there twice");
      }
      try {
        SidecarDocument.check(broker, profile);
      } catch (DocumentErrors wrong) {
        for (Problem problem : wrong.problems()) {
          error(at, "a sidecar of it would not start: " + problem.message());
        }
      }
    }
    if (!profiles.containsKey(Profile.DEFAULT)) {
      error("/spec/profiles", "none is called \"" + Profile.DEFAULT + "\"");
    }
    Set<String> excluded = new TreeSet<>();
    spec.path("namespaces").path("excluded").forEach(each -> excluded.add(each.asText()));
    List<String> pullSecrets = new ArrayList<>();
    spec.path("imagePullSecrets").forEach(each -> pullSecrets.add(each.asText()));
    List<String> arguments = new ArrayList<>();
    spec.path("arguments").forEach(each -> arguments.add(each.asText()));
    JsonNode webhook = spec.path("webhook");
    InjectorPlan plan =
        new InjectorPlan(
            document.name(),
            address(spec.path("listen").asText("0.0.0.0:9443"), "/spec/listen"),
            address(
                spec.path("health").path("listen").asText("0.0.0.0:9000"), "/spec/health/listen"),
            new InjectorPlan.Certificate(
                path(spec.path("certificate").path("file")),
                path(spec.path("certificate").path("key"))),
            webhook.isMissingNode()
                ? Optional.empty()
                : Optional.of(
                    new InjectorPlan.Webhook(
                        webhook.path("name").asText(), path(webhook.path("authorities")))),
            spec.path("image").asText(),
            spec.path("pullPolicy").asText("IfNotPresent"),
            pullSecrets,
            arguments.isEmpty() ? ARGUMENTS : arguments,
            excluded,
            broker,
            profiles);
    if (!problems.isEmpty()) {
      throw new DocumentErrors(problems);
    }
    return plan;
  }

  private BrokerReference broker(JsonNode broker) {
    JsonNode trust = broker.path("trust");
    String domain = trust.path("trustDomain").isMissingNode() ? null : text(trust, "trustDomain");
    int ways = 0;
    for (String way : List.of("file", "clusterTrustBundle", "system")) {
      ways += trust.has(way) ? 1 : 0;
    }
    if (ways != 1) {
      error(
          "/spec/broker/trust",
          "exactly one of file, clusterTrustBundle and system says whom to" + " believe");
    }
    return new BrokerReference(broker.path("url"), text(broker, "issuer"), trust(trust, domain));
  }

  private BrokerReference.Trust trust(JsonNode trust, @Nullable String domain) {
    if (trust.has("file")) {
      return new BrokerReference.Trust.Authorities(path(trust.path("file")), domain);
    }
    if (trust.has("clusterTrustBundle")) {
      return new BrokerReference.Trust.ClusterBundle(text(trust, "clusterTrustBundle"), domain);
    }
    if (domain != null) {
      error("/spec/broker/trust/trustDomain", "the system's authorities have no trust domain");
    }
    return new BrokerReference.Trust.Image();
  }

  private Profile profile(JsonNode profile, String at) {
    Map<String, String> environment = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : profile.path("environment").properties()) {
      if (!each.getKey().matches("[A-Za-z_][A-Za-z0-9_]{0,127}")) {
        error(at + "/environment", "a variable has a name that none can have");
      }
      environment.put(each.getKey(), each.getValue().asText());
    }
    String folder = profile.path("folder").asText("/run/mintmark");
    if (NEEDED.matcher(folder).matches()) {
      error(
          at + "/folder",
          "\""
              + folder
              + "\" has what containers need, which the volume would hide: give a folder of its"
              + " own");
    }
    Duration life = DurationText.parse(profile.path("tokenLifetime").asText("1h"));
    if (life == null || life.compareTo(LEAST) < 0 || life.compareTo(MOST) > 0) {
      error(at + "/tokenLifetime", "a service-account token lives 10 minutes to an hour");
    }
    return new Profile(
        text(profile, "name"),
        profile.path("credentials"),
        profile.path("deliver"),
        folder,
        environment,
        profile.path("resources").isMissingNode()
            ? Profile.resourcesUnlessGiven()
            : profile.path("resources"),
        life == null ? LEAST.toSeconds() : life.toSeconds(),
        profile.path("healthPort").asInt(9961));
  }

  private InetSocketAddress address(String listen, String at) {
    int colon = listen.lastIndexOf(':');
    int port = Integer.parseInt(listen.substring(colon + 1));
    if (port > MAX_PORT) {
      error(at, "a port is at most 65535");
      return new InetSocketAddress(0);
    }
    return InetSocketAddress.createUnresolved(
        listen.substring(0, colon).replace("[", "").replace("]", ""), port);
  }

  private Path path(JsonNode text) {
    return folder.resolve(text.asText()).normalize();
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asText();
  }

  private void error(String pointer, String message) {
    problems.add(document.error(pointer, message));
  }
}

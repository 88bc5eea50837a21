package io.mintmark.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the {@code caBundle} of a webhook of ours equal to the authorities of our certificate,
 * which rotate: the API server calls nobody whom it does not believe.
 */
public final class WebhookTrust implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(WebhookTrust.class.getName());
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Resource<GenericKubernetesResource> configuration;
  private final String place;
  private final String path;
  private final Authorities authorities;
  private final Thread thread;
  private volatile @Nullable String problem = "the webhook's authorities were not compared yet";

  /** Which of the two kinds of configuration. */
  public enum Kind {
    MUTATING("MutatingWebhookConfiguration"),
    VALIDATING("ValidatingWebhookConfiguration");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  /** Those of our certificate, in PEM. */
  public interface Authorities {
    /** Throws an {@link IOException} with a sentence where there are none to be had. */
    String pem() throws IOException;
  }

  private WebhookTrust(
      ClusterApi api, Kind kind, String name, String path, Authorities authorities) {
    this.configuration =
        api.client()
            .genericKubernetesResources(
                new ResourceDefinitionContext.Builder()
                    .withGroup("admissionregistration.k8s.io")
                    .withVersion("v1")
                    .withKind(kind.word)
                    .withPlural(kind.word.toLowerCase(Locale.ROOT) + "s")
                    .withNamespaced(false)
                    .build())
            .withName(name);
    this.place = kind.word + " \"" + name + "\"";
    this.path = path;
    this.authorities = authorities;
    this.thread = Thread.ofVirtual().name("mintmark-webhook-trust").unstarted(this::follow);
  }

  /**
   * Begins to look after the configuration of this name.
   *
   * @param path of the webhooks that are ours: another's trust is not ours to change
   */
  public static WebhookTrust start(
      ClusterApi api, Kind kind, String name, String path, Authorities authorities) {
    WebhookTrust trust = new WebhookTrust(api, kind, name, path, authorities);
    trust.thread.start();
    return trust;
  }

  /** Why the API server may not believe our certificate; null where it does. */
  public @Nullable String problem() {
    return problem;
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void follow() {
    try {
      while (true) {
        String now = keep();
        if (now != null && !now.equals(problem)) {
          LOG.log(System.Logger.Level.WARNING, "the caBundle of {0} is not kept: {1}", place, now);
        }
        problem = now;
        TimeUnit.MILLISECONDS.sleep(INTERVAL.toMillis());
      }
    } catch (InterruptedException stopped) {
      // the end
    }
  }

  private @Nullable String keep() {
    try {
      String pem = authorities.pem();
      if (!pem.contains("-----BEGIN CERTIFICATE-----")) {
        // without one the API server would believe the authorities of its machine
        return "there are no authorities";
      }
      GenericKubernetesResource there = configuration.get();
      if (there == null) {
        return "it does not exist";
      }
      ArrayNode patch =
          patch(
              JSON.valueToTree(there).path("webhooks"),
              path,
              Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII)));
      if (!patch.isEmpty()) {
        configuration.patch(PatchContext.of(PatchType.JSON), patch.toString());
        LOG.log(System.Logger.Level.INFO, "{0} has the authorities of our certificate", place);
      }
      return null;
    } catch (IOException none) {
      return none.getMessage();
    } catch (KubernetesClientException refused) {
      return refused.getCode() < 100
          ? "the API server cannot be reached"
          : "the API server answers " + refused.getCode();
    } catch (RuntimeException | Error bug) {
      return "unexpectedly " + bug.getClass().getSimpleName();
    }
  }

  /** Each step is of a webhook that is still at its place, or nothing is written. */
  static ArrayNode patch(JsonNode webhooks, String path, String bundle) {
    ArrayNode steps = JSON.createArrayNode();
    for (int i = 0; i < webhooks.size(); i++) {
      JsonNode client = webhooks.path(i).path("clientConfig");
      boolean ours =
          client.has("service")
              ? client.path("service").path("path").asText().equals(path)
              : client.path("url").asText().endsWith(path);
      if (ours && !client.path("caBundle").asText().equals(bundle)) {
        String at = "/webhooks/" + i;
        steps
            .addObject()
            .put("op", "test")
            .put("path", at + "/name")
            .set("value", webhooks.path(i).path("name"));
        steps
            .addObject()
            .put("op", "add")
            .put("path", at + "/clientConfig/caBundle")
            .put("value", bundle);
      }
    }
    return steps;
  }
}

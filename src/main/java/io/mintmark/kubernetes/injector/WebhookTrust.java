package io.mintmark.kubernetes.injector;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the {@code caBundle} of our MutatingWebhookConfiguration equal to the authorities of our
 * certificate, which rotate: the API server calls nobody whom it does not believe.
 */
public final class WebhookTrust {
  private static final Logger LOG = Logger.getLogger(WebhookTrust.class);
  private static final int MAX_BYTES = 1 << 20;

  private final KubernetesClient client;
  private final InjectorPlan.Webhook webhook;
  private volatile @Nullable String problem = "the webhook's authorities were not compared yet";

  public WebhookTrust(KubernetesClient client, InjectorPlan.Webhook webhook) {
    this.client = client;
    this.webhook = webhook;
  }

  /** Why the API server may not believe our certificate; null where it does. */
  public @Nullable String problem() {
    return problem;
  }

  /** Compares, and writes where they differ; waits for the API server. To be called often. */
  public void keep() {
    try {
      String wanted = authorities();
      MutatingWebhookConfiguration now =
          client
              .admissionRegistration()
              .v1()
              .mutatingWebhookConfigurations()
              .withName(webhook.name())
              .get();
      if (now == null) {
        said("there is no MutatingWebhookConfiguration \"" + webhook.name() + "\"");
        return;
      }
      String patch = patch(now.getWebhooks(), wanted);
      if (patch != null) {
        client
            .admissionRegistration()
            .v1()
            .mutatingWebhookConfigurations()
            .withName(webhook.name())
            .patch(PatchContext.of(PatchType.JSON), patch);
        LOG.infof("the API server believes other authorities of ours now");
      }
      problem = null;
    } catch (IOException unreadable) {
      said("\"" + webhook.authorities() + "\" cannot be read or holds no certificates");
    } catch (KubernetesClientException failed) {
      said("the API server did not take the webhook's authorities (" + failed.getCode() + ")");
    }
  }

  private String authorities() throws IOException {
    byte[] pem;
    try (var in = Files.newInputStream(webhook.authorities())) {
      pem = in.readNBytes(MAX_BYTES + 1);
    }
    String text = new String(pem, StandardCharsets.US_ASCII);
    if (pem.length > MAX_BYTES || !text.contains("-----BEGIN CERTIFICATE-----")) {
      throw new IOException("no certificates");
    }
    return Base64.getEncoder().encodeToString(pem);
  }

  /** Each step is of a webhook that is still at its place, or nothing is written. */
  private static @Nullable String patch(List<MutatingWebhook> webhooks, String wanted) {
    StringBuilder steps = new StringBuilder();
    for (int i = 0; i < webhooks.size(); i++) {
      if (!wanted.equals(webhooks.get(i).getClientConfig().getCaBundle())) {
        steps
            .append(steps.isEmpty() ? "[" : ",")
            .append("{\"op\":\"test\",\"path\":\"/webhooks/")
            .append(i)
            .append("/name\",\"value\":\"")
            .append(webhooks.get(i).getName())
            .append("\"},{\"op\":\"add\",\"path\":\"/webhooks/")
            .append(i)
            .append("/clientConfig/caBundle\",\"value\":\"")
            .append(wanted)
            .append("\"}");
      }
    }
    return steps.isEmpty() ? null : steps.append("]").toString();
  }

  private void said(String sentence) {
    if (!sentence.equals(problem)) {
      LOG.error(sentence);
    }
    problem = sentence;
  }
}

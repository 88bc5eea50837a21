package io.mintmark.kubernetes.policy;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mintmark.kubernetes.ClusterApi;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Keeps the {@code caBundle} of the webhook's configuration equal to the roots of the broker's own
 * authority, each from when it is prepared until it is retired, so that the API server never meets
 * a certificate that it does not know.
 */
public final class WebhookTrust implements AutoCloseable {
  /** The path of the webhook on the broker's port. */
  public static final String PATH = "/kubernetes/validate";

  private static final System.Logger LOG = System.getLogger(WebhookTrust.class.getName());
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final ClusterApi api;
  private final String name;
  private final Supplier<List<X509Certificate>> roots;
  private final Thread thread;
  private String said = "";

  /** Begins to look after the configuration of this name. */
  public WebhookTrust(ClusterApi api, String name, Supplier<List<X509Certificate>> roots) {
    this.api = api;
    this.name = name;
    this.roots = roots;
    this.thread = Thread.ofPlatform().daemon().name("webhook-trust").unstarted(this::run);
    thread.start();
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    try {
      while (true) {
        String problem = look();
        if (!problem.isEmpty() && !problem.equals(said)) {
          LOG.log(
              System.Logger.Level.WARNING,
              "the caBundle of ValidatingWebhookConfiguration \"{0}\" is not kept: {1}",
              name,
              problem);
        }
        said = problem;
        TimeUnit.MILLISECONDS.sleep(INTERVAL.toMillis());
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Why it could not be looked after; empty where it could. */
  private String look() {
    try {
      var place =
          api.client()
              .admissionRegistration()
              .v1()
              .validatingWebhookConfigurations()
              .withName(name);
      ValidatingWebhookConfiguration configuration = place.get();
      if (configuration == null) {
        return "it does not exist";
      }
      String bundle = bundle(roots.get());
      if (ours(configuration).stream().anyMatch(one -> !bundle.equals(one.getCaBundle()))) {
        var _ =
            place.edit(
                current -> {
                  ours(current).forEach(one -> one.setCaBundle(bundle));
                  return current;
                });
        LOG.log(
            System.Logger.Level.INFO,
            "ValidatingWebhookConfiguration \"{0}\" has the roots of the authority",
            name);
      }
      return "";
    } catch (KubernetesClientException refused) {
      return refused.getCode() == 0
          ? "the API server cannot be reached"
          : "the API server answers " + refused.getCode();
    } catch (RuntimeException | CertificateEncodingException bug) {
      return "unexpectedly " + bug.getClass().getSimpleName();
    }
  }

  /** Those that call this path of a service: another webhook's trust is not ours to change. */
  private static List<WebhookClientConfig> ours(ValidatingWebhookConfiguration configuration) {
    return configuration.getWebhooks().stream()
        .map(ValidatingWebhook::getClientConfig)
        .filter(
            client ->
                client.getService() != null
                    ? PATH.equals(client.getService().getPath())
                    : client.getUrl() != null && client.getUrl().endsWith(PATH))
        .toList();
  }

  private static String bundle(List<X509Certificate> roots) throws CertificateEncodingException {
    StringBuilder pem = new StringBuilder();
    Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
    for (X509Certificate root : roots) {
      pem.append("-----BEGIN CERTIFICATE-----\n")
          .append(lines.encodeToString(root.getEncoded()))
          .append("\n-----END CERTIFICATE-----\n");
    }
    return Base64.getEncoder().encodeToString(pem.toString().getBytes(StandardCharsets.US_ASCII));
  }
}

package io.mintmark.kubernetes.signing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.mintmark.documents.Texts;
import io.mintmark.spiffe.Certificates;
import io.mintmark.workload.TrustDomain;
import java.lang.System.Logger.Level;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the ClusterTrustBundle (certificates.k8s.io/v1beta1, KEP-3257) of our signer equal to our
 * X.509 authorities: soon after these change, and within a minute where somebody changed it. It
 * writes only what differs.
 */
final class TrustBundlePublisher implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(TrustBundlePublisher.class.getName());
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final Duration LOOK = Duration.ofSeconds(20);
  private static final Duration STOP = Duration.ofSeconds(15);
  private static final String MANAGER = "mintmark";

  private final KubernetesClient client;
  private final String name;
  private final Supplier<List<X509Certificate>> authorities;
  private final SigningListener listener;
  private @Nullable String current;
  private @Nullable String problem;
  private long looked;
  private final Thread thread;

  TrustBundlePublisher(
      KubernetesClient client,
      TrustDomain trustDomain,
      Supplier<List<X509Certificate>> authorities,
      SigningListener listener) {
    this.client = client;
    this.name = name(trustDomain);
    this.authorities = authorities;
    this.listener = listener;
    this.thread = Thread.ofVirtual().name("mintmark-trust-bundle").unstarted(this::follow);
  }

  /** A bundle's name begins with its signer's. */
  static String name(TrustDomain trustDomain) {
    return Signer.NAME.replace('/', ':') + ":" + trustDomain.name();
  }

  TrustBundlePublisher start() {
    thread.start();
    return this;
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(STOP);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    try {
      while (true) {
        publish();
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException stop) {
      // the end
    }
  }

  /** Looks and writes where it must; throws nothing. */
  void publish() {
    try {
      List<X509Certificate> roots = authorities.get();
      if (roots.isEmpty()) {
        // to publish nothing would tell the cluster to trust nobody
        return;
      }
      String wanted = Certificates.pem(List.copyOf(new LinkedHashSet<>(roots)));
      boolean recent = System.nanoTime() - looked < LOOK.toNanos();
      if (wanted.equals(current) && recent) {
        return;
      }
      GenericKubernetesResource there = named().get();
      if (there == null || !wanted.equals(bundle(there))) {
        client
            .genericKubernetesResources(Signer.CLUSTER_TRUST_BUNDLES)
            .resource(object(wanted))
            .forceConflicts()
            .fieldManager(MANAGER)
            .serverSideApply();
        LOG.log(Level.INFO, "trust bundle \"{0}\" published", name);
      }
      current = wanted;
      looked = System.nanoTime();
      ended(null);
    } catch (KubernetesClientException refused) {
      current = null;
      String said = refused.getStatus() == null ? null : refused.getStatus().getMessage();
      ended(
          refused.getCode() < 100
              ? "the API server cannot be reached"
              : "the API server answered with status %d: %s"
                  .formatted(refused.getCode(), Texts.printable(said)));
    } catch (RuntimeException | Error bug) {
      // whatever it is, the next look may do
      current = null;
      LOG.log(Level.ERROR, "publishing the trust bundle failed unexpectedly", bug);
      listener.published(false);
    }
  }

  /** Logs once when it changes. */
  private void ended(@Nullable String why) {
    listener.published(why == null);
    if (why != null && !why.equals(problem)) {
      LOG.log(Level.WARNING, "trust bundle \"{0}\" is not published: {1}", name, why);
    }
    problem = why;
  }

  private Resource<GenericKubernetesResource> named() {
    return client.genericKubernetesResources(Signer.CLUSTER_TRUST_BUNDLES).withName(name);
  }

  private static @Nullable String bundle(GenericKubernetesResource there) {
    ObjectNode object = new ObjectMapper().valueToTree(there);
    return object.path("spec").path("trustBundle").textValue();
  }

  private GenericKubernetesResource object(String wanted) {
    GenericKubernetesResource object = new GenericKubernetesResource();
    object.setApiVersion(Signer.GROUP + "/v1beta1");
    object.setKind("ClusterTrustBundle");
    object.setMetadata(new ObjectMetaBuilder().withName(name).build());
    object.setAdditionalProperty("spec", Map.of("signerName", Signer.NAME, "trustBundle", wanted));
    return object;
  }
}

package io.mintmark.kubernetes.signing;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;

/** The signer as the cluster knows it, and the kinds of its API group. */
final class Signer {
  static final String NAME = "mintmark.io/x509-svid";
  static final String GROUP = "certificates.k8s.io";

  /** How far certificates are dated back, which the APIs' lifetimes count too. */
  static final Duration BACKDATED = Duration.ofSeconds(30);

  static final ResourceDefinitionContext POD_CERTIFICATE_REQUESTS =
      kind("v1beta1", "PodCertificateRequest", "podcertificaterequests", true);
  static final ResourceDefinitionContext CERTIFICATE_SIGNING_REQUESTS =
      kind("v1", "CertificateSigningRequest", "certificatesigningrequests", false);
  static final ResourceDefinitionContext CLUSTER_TRUST_BUNDLES =
      kind("v1beta1", "ClusterTrustBundle", "clustertrustbundles", false);

  private Signer() {}

  private static ResourceDefinitionContext kind(
      String version, String kind, String plural, boolean namespaced) {
    return new ResourceDefinitionContext.Builder()
        .withGroup(GROUP)
        .withVersion(version)
        .withKind(kind)
        .withPlural(plural)
        .withNamespaced(namespaced)
        .build();
  }
}

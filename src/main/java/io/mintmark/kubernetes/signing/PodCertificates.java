package io.mintmark.kubernetes.signing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.mintmark.credential.CertificateRequest;
import io.mintmark.credential.Credential;
import io.mintmark.credential.MalformedCsr;
import io.mintmark.evidence.Evidence;
import io.mintmark.spiffe.Certificates;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * PodCertificateRequest (certificates.k8s.io/v1beta1, KEP-4317): a kubelet asks for a pod that runs
 * on its node. Whether pod, service account and node are what it says is looked up, and possession
 * of the key is checked here again.
 */
final class PodCertificates implements RequestKind {
  /** The API's least lifetime, from not-before to not-after. */
  private static final Duration LEAST = Duration.ofHours(1);

  private static final Map<String, String> FACTS =
      Map.of(
          "serviceAccountName", "serviceaccount",
          "serviceAccountUID", "serviceaccount_uid",
          "podName", "pod",
          "podUID", "pod_uid",
          "nodeName", "node",
          "nodeUID", "node_uid");

  @Override
  public EvidenceKind kind() {
    return EvidenceKind.POD_CERTIFICATE;
  }

  @Override
  public ResourceDefinitionContext resource() {
    return Signer.POD_CERTIFICATE_REQUESTS;
  }

  @Override
  public boolean isOpen(ObjectNode request) {
    return Signer.NAME.equals(request.path("spec").path("signerName").textValue())
        && request.path("metadata").path("deletionTimestamp").isMissingNode()
        && request.path("status").path("certificateChain").asText().isEmpty()
        && List.of("Issued", "Denied", "Failed").stream()
            .noneMatch(type -> Status.has(request, type));
  }

  @Override
  public Request read(ObjectNode request, Instant now) {
    JsonNode spec = request.path("spec");
    byte[] csr = Fields.base64(spec.path("stubPKCS10Request"));
    byte[] bareKey = Fields.base64(spec.path("pkixPublicKey"));
    String sha256 = Fields.sha256(csr.length > 0 ? csr : bareKey);
    if (!spec.path("unverifiedUserAnnotations").isEmpty()) {
      // a signer that does not know an annotation must not act as if it had heeded it
      return unfit(sha256, Reason.REQUEST_MALFORMED, "this signer knows no userAnnotations");
    }
    Map<String, String> facts = new HashMap<>();
    facts.put("namespace", Fields.text(request.path("metadata").path("namespace")));
    FACTS.forEach((field, fact) -> facts.put(fact, Fields.text(spec.path(field))));
    if (facts.values().stream().anyMatch(String::isEmpty)) {
      return unfit(sha256, Reason.EVIDENCE_MALFORMED, "the request names no pod");
    }
    Duration most = most(request);
    Instant created = Fields.time(request.path("metadata").path("creationTimestamp"));
    if (created == null || most.compareTo(LEAST) < 0) {
      return unfit(sha256, Reason.EVIDENCE_MALFORMED, "the request has no date or lifetime");
    }
    if ((csr.length == 0) == (bareKey.length == 0)) {
      return unfit(
          sha256,
          Reason.CSR_MALFORMED,
          "the request has none or both of stubPKCS10Request and pkixPublicKey");
    }
    try {
      CertificateRequest key =
          csr.length > 0
              ? CertificateRequest.parse(csr)
              // kubelets before Kubernetes 1.36 sign the pod's uid
              : CertificateRequest.parse(
                  bareKey,
                  facts.getOrDefault("pod_uid", "").getBytes(StandardCharsets.UTF_8),
                  Fields.base64(spec.path("proofOfPossession")));
      return new Request.Wanted(
          new Evidence.ClusterRequest(kind(), facts, sha256, created, most),
          key.key(),
          most.minus(Signer.BACKDATED));
    } catch (MalformedCsr e) {
      return unfit(sha256, e.reason(), String.valueOf(e.getMessage()));
    }
  }

  @Override
  public @Nullable Objection objection(ObjectNode request, Credential.X509Svid svid) {
    X509Certificate leaf = svid.chain().getFirst();
    Duration lifetime =
        Duration.between(leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant());
    if (lifetime.compareTo(LEAST) < 0) {
      return new Objection(
          "a certificate of a pod must live for an hour, and no more than until "
              + svid.expiresAt()
              + " is granted",
          // under an authority that has just begun, less could be dated back
          lifetime.plus(Signer.BACKDATED).compareTo(LEAST) >= 0 ? Signer.BACKDATED : null);
    }
    return lifetime.compareTo(most(request)) > 0
        ? new Objection("the certificate would outlive what was asked for", null)
        : null;
  }

  @Override
  public ObjectNode issued(ObjectNode request, Credential.X509Svid svid, Instant now) {
    List<X509Certificate> chain = svid.chain();
    X509Certificate leaf = chain.getFirst();
    Instant begins = leaf.getNotBefore().toInstant();
    Instant ends = leaf.getNotAfter().toInstant();
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status
        .put("certificateChain", Certificates.pem(chain))
        .put("notBefore", Status.time(begins))
        .put("beginRefreshAt", Status.time(ends.minus(Duration.between(begins, ends).dividedBy(3))))
        .put("notAfter", Status.time(ends))
        .putArray("conditions")
        .add(Status.condition("Issued", "Issued", "serial " + svid.serial(), now));
    return status;
  }

  @Override
  public ObjectNode refused(ObjectNode request, Reason reason, String message, Instant now) {
    // the one reason that kubelets know
    String word = reason == Reason.CSR_KEY ? "UnsupportedKeyType" : Status.camelCase(reason);
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.putArray("conditions").add(Status.condition("Denied", word, message, now));
    return status;
  }

  private static Duration most(ObjectNode request) {
    return Duration.ofSeconds(request.path("spec").path("maxExpirationSeconds").asInt(0));
  }

  private Request unfit(String sha256, Reason reason, String detail) {
    return new Request.Unfit(kind(), sha256, reason, detail);
  }
}

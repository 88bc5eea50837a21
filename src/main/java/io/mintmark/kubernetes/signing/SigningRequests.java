package io.mintmark.kubernetes.signing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.mintmark.credential.CertificateRequest;
import io.mintmark.credential.Credential;
import io.mintmark.credential.MalformedCsr;
import io.mintmark.evidence.Evidence;
import io.mintmark.spiffe.Certificates;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * CertificateSigningRequest (certificates.k8s.io/v1), once somebody has approved it: approval and
 * policy are two acts, and the broker does not approve. The workload is the service account that
 * made the request, as the API server noted it; nothing of the PKCS #10 request counts but its key.
 */
final class SigningRequests implements RequestKind {
  private static final String ACCOUNT = "system:serviceaccount:";
  private static final String EXTRA = "authentication.kubernetes.io/";
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final Set<String> NEEDED =
      Set.of("digital signature", "client auth", "server auth");
  private static final String RSA_ONLY = "key encipherment";

  @Override
  public EvidenceKind kind() {
    return EvidenceKind.KUBERNETES_CSR;
  }

  @Override
  public ResourceDefinitionContext resource() {
    return Signer.CERTIFICATE_SIGNING_REQUESTS;
  }

  @Override
  public boolean isOpen(ObjectNode request) {
    return Signer.NAME.equals(request.path("spec").path("signerName").textValue())
        && request.path("metadata").path("deletionTimestamp").isMissingNode()
        && request.path("status").path("certificate").asText().isEmpty()
        && isApproved(request)
        && !Status.has(request, "Denied")
        && !Status.has(request, "Failed");
  }

  private static boolean isApproved(ObjectNode request) {
    for (JsonNode one : request.path("status").path("conditions")) {
      if ("Approved".equals(one.path("type").textValue())
          && "True".equals(one.path("status").textValue())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Request read(ObjectNode request, Instant now) {
    JsonNode spec = request.path("spec");
    byte[] csr = Fields.base64(spec.path("request"));
    String sha256 = Fields.sha256(csr);
    Map<String, String> facts = facts(spec);
    if (facts == null) {
      return unfit(
          sha256, Reason.EVIDENCE_MALFORMED, "the request is not a service account's with uid");
    }
    Set<String> usages = new HashSet<>();
    spec.path("usages").forEach(usage -> usages.add(usage.asText()));
    usages.remove(RSA_ONLY);
    if (!usages.equals(NEEDED)) {
      return unfit(
          sha256,
          Reason.REQUEST_MALFORMED,
          "an X.509-SVID has the usages digital signature, client auth and server auth, and key"
              + " encipherment where its key is RSA's; the request must ask for these");
    }
    Instant created = Fields.time(request.path("metadata").path("creationTimestamp"));
    if (created == null) {
      return unfit(sha256, Reason.EVIDENCE_MALFORMED, "the request has no date");
    }
    int seconds = spec.path("expirationSeconds").asInt(0);
    Duration most = seconds > 0 ? Duration.ofSeconds(seconds) : LONGEST;
    try {
      return new Request.Wanted(
          new Evidence.ClusterRequest(kind(), facts, sha256, created, most),
          CertificateRequest.parse(csr).key(),
          seconds > 0 ? most.minus(Signer.BACKDATED) : null);
    } catch (MalformedCsr e) {
      return unfit(sha256, e.reason(), String.valueOf(e.getMessage()));
    }
  }

  /** Who made the request; null where it is no service account. */
  private static @Nullable Map<String, String> facts(JsonNode spec) {
    String username = Fields.text(spec.path("username"));
    String uid = Fields.text(spec.path("uid"));
    String[] account =
        username.startsWith(ACCOUNT)
            ? username.substring(ACCOUNT.length()).split(":", -1)
            : new String[0];
    if (account.length != 2 || account[0].isEmpty() || account[1].isEmpty() || uid.isEmpty()) {
      return null;
    }
    Map<String, String> facts = new HashMap<>();
    facts.put("namespace", account[0]);
    facts.put("serviceaccount", account[1]);
    facts.put("serviceaccount_uid", uid);
    for (String object : new String[] {"pod", "node"}) {
      JsonNode name = spec.path("extra").path(EXTRA + object + "-name");
      JsonNode objectUid = spec.path("extra").path(EXTRA + object + "-uid");
      if (name.size() == 1 && objectUid.size() == 1) {
        facts.put(object, Fields.text(name.path(0)));
        facts.put(object + "_uid", Fields.text(objectUid.path(0)));
      }
    }
    return facts;
  }

  @Override
  public @Nullable Objection objection(ObjectNode request, Credential.X509Svid svid) {
    return null;
  }

  @Override
  public ObjectNode issued(ObjectNode request, Credential.X509Svid svid, Instant now) {
    return status(request)
        .put(
            "certificate",
            Base64.getEncoder().encodeToString(Certificates.pem(svid.chain()).getBytes(US_ASCII)));
  }

  @Override
  public ObjectNode refused(ObjectNode request, Reason reason, String message, Instant now) {
    ObjectNode status = status(request);
    ArrayNode conditions =
        status.path("conditions") instanceof ArrayNode there
            ? there
            : status.putArray("conditions");
    conditions.add(Status.condition("Failed", Status.camelCase(reason), message, now));
    return status;
  }

  private static ObjectNode status(ObjectNode request) {
    return request.path("status") instanceof ObjectNode there
        ? there.deepCopy()
        : request.objectNode();
  }

  private Request unfit(String sha256, Reason reason, String detail) {
    return new Request.Unfit(kind(), sha256, reason, detail);
  }
}

package io.mintmark.evidence.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.evidence.Platform;
import io.mintmark.jose.Claims;
import io.mintmark.jose.MalformedJose;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Projected service account tokens (KEP-1205, KEP-4193). What an API server alone knows, that a pod
 * is gone, is not seen in a token, which is why tokens have a maximum age, and why a document can
 * have the API server asked.
 */
public final class Kubernetes implements Platform {
  private static final Duration MAX_AGE = Duration.ofHours(1);
  private static final String OWN_CLAIM = "kubernetes.io";

  /** The claims of tokens kept in Secrets, which never expire and name nobody in particular. */
  private static final String LEGACY_PREFIX = "kubernetes.io/";

  @Override
  public EvidenceKind kind() {
    return EvidenceKind.KUBERNETES;
  }

  @Override
  public Set<String> placeholders() {
    return Set.of("namespace", "serviceaccount", "pod_uid", "node");
  }

  @Override
  public Map<String, Set<String>> qualifiers() {
    return Map.of("serviceaccount", Set.of("namespace", "sub"));
  }

  @Override
  public Duration maxAge() {
    return MAX_AGE;
  }

  @Override
  public boolean isReviewed() {
    return true;
  }

  @Override
  public Set<EvidenceKind> requests() {
    return Set.of(EvidenceKind.POD_CERTIFICATE, EvidenceKind.KUBERNETES_CSR);
  }

  @Override
  public boolean isBound(JsonNode claims) {
    JsonNode own = claims.path(OWN_CLAIM);
    return own.has("pod") || own.has("secret") || own.has("node");
  }

  @Override
  public Reading read(Claims claims, Set<String> pinned) throws MalformedJose {
    for (var claim : claims.object().properties()) {
      if (claim.getKey().startsWith(LEGACY_PREFIX)) {
        return new Unfit(
            Reason.EVIDENCE_TYPE, "a service account token kept in a Secret is not accepted");
      }
    }
    JsonNode own = claims.object().path(OWN_CLAIM);
    String namespace = text(own, "namespace");
    String serviceAccount = text(own.path("serviceaccount"), "name");
    String serviceAccountUid = text(own.path("serviceaccount"), "uid");
    if (namespace == null || serviceAccount == null || serviceAccountUid == null) {
      return new Unfit(
          Reason.EVIDENCE_MALFORMED,
          "the claim \"kubernetes.io\" does not name a namespace and a service account with uid");
    }
    String subject = claims.requiredString("sub");
    if (!subject.equals("system:serviceaccount:" + namespace + ":" + serviceAccount)) {
      return new Unfit(
          Reason.IDENTITY_MISMATCH, "\"sub\" is not the service account that the token names");
    }
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("namespace", namespace);
    attributes.put("serviceaccount", serviceAccount);
    attributes.put("serviceaccount_uid", serviceAccountUid);
    for (String object : new String[] {"pod", "node"}) {
      if (!own.has(object)) {
        continue;
      }
      String name = text(own.path(object), "name");
      String uid = text(own.path(object), "uid");
      // a node's uid is not in every token: the node may have been unknown to the API server
      if (name == null || (uid == null && object.equals("pod"))) {
        return new Unfit(
            Reason.EVIDENCE_MALFORMED, "the token's " + object + " lacks its name or uid");
      }
      attributes.put(object, name);
      if (uid != null) {
        attributes.put(object + "_uid", uid);
      }
    }
    return new Facts(
        attributes,
        placeholder -> attributes.get(placeholder) instanceof String value ? value : null);
  }

  private static @Nullable String text(JsonNode object, String name) {
    String text = object.path(name).textValue();
    return text == null || text.isEmpty() ? null : text;
  }
}

package io.mintmark.cli.dev;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.jose.Jwk;
import io.mintmark.jose.Jws;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.WorkloadId;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tokens as SPIRE and a Kubernetes API server make them. */
final class DevTokens {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** An RFC 1123 label, and labels with dots between, as Kubernetes checks names. */
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final int MAX_SUBDOMAIN = 253;
  private static final String NODE = "dev-node";

  private DevTokens() {}

  static String jwtSvid(KeyPair keys, WorkloadId id, String audience, Instant now, Duration ttl) {
    ObjectNode claims = JSON.createObjectNode();
    claims.putArray("aud").add(audience);
    claims.put("exp", now.plus(ttl).getEpochSecond());
    claims.put("iat", now.getEpochSecond());
    claims.put("jti", UUID.randomUUID().toString());
    claims.put("sub", id.uri());
    return sign(SignatureAlgorithm.ES256, keys, "JWT", claims);
  }

  /** The claims of Kubernetes 1.32 and later (KEP-4193), the header with {@code kid} only. */
  static String serviceAccount(
      KeyPair keys,
      String namespace,
      String serviceAccount,
      String audience,
      Instant now,
      Duration ttl) {
    if (!LABEL.matcher(namespace).matches()) {
      throw new IllegalArgumentException("the namespace is not an RFC 1123 label");
    }
    if (serviceAccount.length() > MAX_SUBDOMAIN || !SUBDOMAIN.matcher(serviceAccount).matches()) {
      throw new IllegalArgumentException("the service account is not an RFC 1123 subdomain");
    }
    String pod = serviceAccount + "-0";
    ObjectNode claims = JSON.createObjectNode();
    claims.putArray("aud").add(audience);
    claims.put("exp", now.plus(ttl).getEpochSecond());
    claims.put("iat", now.getEpochSecond());
    claims.put("iss", DevAuthority.KUBERNETES_ISSUER);
    claims.put("jti", UUID.randomUUID().toString());
    ObjectNode own = claims.putObject("kubernetes.io");
    own.put("namespace", namespace);
    own.putObject("node").put("name", NODE).put("uid", uid("node", NODE));
    own.putObject("pod").put("name", pod).put("uid", uid("pod", namespace + "/" + pod));
    own.putObject("serviceaccount")
        .put("name", serviceAccount)
        .put("uid", uid("serviceaccount", namespace + "/" + serviceAccount));
    claims.put("nbf", now.getEpochSecond());
    claims.put("sub", "system:serviceaccount:" + namespace + ":" + serviceAccount);
    return sign(SignatureAlgorithm.RS256, keys, null, claims);
  }

  /** The same object has the same UID at every call. */
  private static String uid(String kind, String name) {
    return UUID.nameUUIDFromBytes((kind + "/" + name).getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static String sign(
      SignatureAlgorithm algorithm, KeyPair keys, @Nullable String type, ObjectNode claims) {
    try {
      return Jws.sign(
          algorithm,
          keys.getPrivate(),
          Jwk.thumbprint(keys.getPublic()),
          type,
          JSON.writeValueAsBytes(claims));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write claims", e);
    }
  }
}

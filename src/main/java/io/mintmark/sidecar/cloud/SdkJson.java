package io.mintmark.sidecar.cloud;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.temporal.ChronoUnit;

/** What an endpoint says, as AWS's SDKs read it from a container's. */
final class SdkJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SdkJson() {}

  static String credentials(RoleKeys keys, RoleArn role) {
    return JSON.createObjectNode()
        .put("AccessKeyId", keys.accessKeyId())
        .put("SecretAccessKey", keys.secretAccessKey())
        .put("Token", keys.sessionToken())
        .put("Expiration", keys.expiresAt().truncatedTo(ChronoUnit.SECONDS).toString())
        .put("AccountId", role.account())
        .put("RoleArn", role.text())
        .toString();
  }

  static String error(String code, String message) {
    return JSON.createObjectNode().put("code", code).put("message", message).toString();
  }
}

package io.mintmark.sidecar.cloud;

import java.time.Instant;

/** What a session of a role is used with. */
record RoleKeys(
    String accessKeyId, String secretAccessKey, String sessionToken, Instant expiresAt) {
  @Override
  public String toString() {
    return "RoleKeys[until " + expiresAt + ", redacted]";
  }
}

package io.mintmark.sidecar.clients;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a Vault or OpenBao agent that logs in by the JWT method and keeps its own
 * token in a file.
 *
 * @param authority the file of the server's authorities; null for the system's
 * @param mount where the JWT method is mounted, below {@code auth/}
 * @param jwt what to log in with
 * @param sink where the agent writes its token
 */
record AgentConfig(
    String address,
    @Nullable Path authority,
    @Nullable String namespace,
    String mount,
    String role,
    Path jwt,
    Path sink) {

  String toHcl() {
    return """
    vault {
      address = "%s"
    %s}

    auto_auth {
      method "jwt" {
        mount_path = "auth/%s"
    %s    config = {
          path = "%s"
          role = "%s"
          remove_jwt_after_reading = false
        }
      }
      sink "file" {
        config = {
          path = "%s"
          mode = 0600
        }
      }
    }
    """
        .formatted(
            address,
            authority == null ? "" : "  ca_cert = \"" + authority + "\"\n",
            mount,
            namespace == null ? "" : "    namespace = \"" + namespace + "\"\n",
            jwt,
            role,
            sink);
  }
}

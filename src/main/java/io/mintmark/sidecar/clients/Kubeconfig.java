package io.mintmark.sidecar.clients;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A kubeconfig with one cluster, and one user whose token a plug-in prints ({@code
 * client.authentication.k8s.io/v1}).
 *
 * @param authority the file of the cluster's authorities; null for the system's
 * @param namespace null for kubectl's own default
 * @param command the plug-in, which takes {@code exec-credential --file}
 */
record Kubeconfig(
    String cluster,
    String server,
    @Nullable Path authority,
    String context,
    @Nullable String namespace,
    String command,
    Path credential) {

  String toYaml() {
    StringBuilder yaml = new StringBuilder("apiVersion: v1\nkind: Config\n");
    yaml.append("current-context: ").append(quoted(context)).append('\n');
    yaml.append("clusters:\n");
    yaml.append("  - name: ").append(quoted(cluster)).append('\n');
    yaml.append("    cluster:\n");
    yaml.append("      server: ").append(quoted(server)).append('\n');
    if (authority != null) {
      yaml.append("      certificate-authority: ").append(quoted(authority)).append('\n');
    }
    yaml.append("contexts:\n");
    yaml.append("  - name: ").append(quoted(context)).append('\n');
    yaml.append("    context:\n");
    yaml.append("      cluster: ").append(quoted(cluster)).append('\n');
    yaml.append("      user: ").append(quoted(context)).append('\n');
    if (namespace != null) {
      yaml.append("      namespace: ").append(quoted(namespace)).append('\n');
    }
    yaml.append("users:\n");
    yaml.append("  - name: ").append(quoted(context)).append('\n');
    yaml.append("    user:\n");
    yaml.append("      exec:\n");
    yaml.append("        apiVersion: client.authentication.k8s.io/v1\n");
    yaml.append("        interactiveMode: Never\n");
    yaml.append("        provideClusterInfo: false\n");
    yaml.append("        command: ").append(quoted(command)).append('\n');
    yaml.append("        args: [exec-credential, --file, ")
        .append(quoted(credential))
        .append("]\n");
    yaml.append("        installHint: put mintmark on PATH, or name it by its path\n");
    return yaml.toString();
  }

  /** YAML 1.2 takes a JSON string as it is (section 7.3.1). */
  private static String quoted(Object value) {
    StringBuilder quoted = new StringBuilder("\"");
    JsonStringEncoder.getInstance().quoteAsString(value.toString(), quoted);
    return quoted.append('"').toString();
  }
}

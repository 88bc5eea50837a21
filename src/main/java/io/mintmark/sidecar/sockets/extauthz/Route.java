package io.mintmark.sidecar.sockets.extauthz;

import io.mintmark.sidecar.held.Wanted;
import java.util.Set;

/**
 * Requests that get a credential.
 *
 * @param hosts lower-case names without a port; empty for any
 * @param path a prefix of whole segments; {@code /} for any
 * @param methods empty for any
 * @param header that carries the credential, in lower case
 * @param prefix what stands before it, such as {@code "Bearer "}
 * @param remove headers of the caller's that do not go on, in lower case
 */
public record Route(
    Set<String> hosts,
    String path,
    Set<String> methods,
    Wanted credential,
    String header,
    String prefix,
    Set<String> remove) {
  public Route {
    hosts = Set.copyOf(hosts);
    methods = Set.copyOf(methods);
    remove = Set.copyOf(remove);
  }

  boolean matches(Target target) {
    return (hosts.isEmpty() || hosts.contains(target.host()))
        && (methods.isEmpty() || methods.contains(target.method()))
        && under(target);
  }

  private boolean under(Target target) {
    if (path.equals("/")) {
      return true;
    }
    // the attack: a path that the API reads as another than the one that is compared here
    return target.plain()
        && (target.path().equals(path)
            || target.path().startsWith(path.endsWith("/") ? path : path + "/"));
  }
}

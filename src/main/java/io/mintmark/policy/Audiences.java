package io.mintmark.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The audiences that resources of a cluster's namespaces may have, as its Issuer document states
 * them: {@code {namespace}} stands for the namespace and a {@code *} at the end for anything. A
 * text that has both has something between them that no namespace's name has, so no audience is two
 * namespaces'.
 */
final class Audiences {
  private static final String ANY = "*";
  private static final String NAMESPACE = "{namespace}";

  /** RFC 1123, section 2.1. */
  private static final String LABEL = "([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)";

  private final boolean open;
  private final List<Pattern> patterns;

  /**
   * @param templates {@code namespaceAudiences} of an Issuer document; a lone {@code *} leaves each
   *     audience to whoever takes it first
   */
  Audiences(List<String> templates) {
    this.open = templates.contains(ANY);
    this.patterns =
        templates.stream().filter(one -> one.contains(NAMESPACE)).map(Audiences::pattern).toList();
  }

  /** Whether no namespace has any. */
  boolean isNone() {
    return !open && patterns.isEmpty();
  }

  boolean mayOwn(String namespace, String audience) {
    List<String> owners = owners(audience);
    return owners.isEmpty() ? open : owners.contains(namespace);
  }

  /** Whether it is for others to say what it means, and not for this namespace. */
  boolean isOfAnother(String namespace, String audience) {
    List<String> owners = owners(audience);
    return !owners.isEmpty() && !owners.contains(namespace);
  }

  private List<String> owners(String audience) {
    List<String> owners = new ArrayList<>();
    for (Pattern pattern : patterns) {
      Matcher matcher = pattern.matcher(audience);
      if (matcher.matches()) {
        owners.add(matcher.group(1));
      }
    }
    return owners;
  }

  private static Pattern pattern(String template) {
    int at = template.indexOf(NAMESPACE);
    String rest = template.substring(at + NAMESPACE.length());
    boolean open = rest.endsWith(ANY);
    String fixed = open ? rest.substring(0, rest.length() - 1) : rest;
    return Pattern.compile(
        Pattern.quote(template.substring(0, at))
            + LABEL
            + Pattern.quote(fixed)
            + (open ? ".*" : ""));
  }
}

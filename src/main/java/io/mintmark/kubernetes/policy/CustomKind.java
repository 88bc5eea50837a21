package io.mintmark.kubernetes.policy;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.mintmark.documents.Kind;
import java.util.Arrays;
import java.util.Optional;

/**
 * The kinds of document that are custom resources. Those of a cluster are only the platform team's;
 * those of a namespace speak for that namespace alone.
 */
public enum CustomKind {
  TRUST_DOMAIN(Kind.TRUST_DOMAIN, "trustdomains", false),
  ISSUER(Kind.ISSUER, "issuers", false),
  GUARDRAIL(Kind.GUARDRAIL, "guardrails", false),
  RESOURCE(Kind.RESOURCE, "resources", true),
  WORKLOAD(Kind.WORKLOAD, "workloads", true),
  GRANT(Kind.GRANT, "grants", true);

  static final String GROUP = "mintmark.io";
  static final String VERSION = "v1";
  static final String API_VERSION = GROUP + "/" + VERSION;

  private final Kind kind;
  private final String plural;
  private final boolean namespaced;

  CustomKind(Kind kind, String plural, boolean namespaced) {
    this.kind = kind;
    this.plural = plural;
    this.namespaced = namespaced;
  }

  static Optional<CustomKind> ofWord(String word) {
    return Arrays.stream(values()).filter(one -> one.kind.word().equals(word)).findFirst();
  }

  Kind kind() {
    return kind;
  }

  String plural() {
    return plural;
  }

  boolean namespaced() {
    return namespaced;
  }

  ResourceDefinitionContext context() {
    return new ResourceDefinitionContext.Builder()
        .withGroup(GROUP)
        .withVersion(VERSION)
        .withKind(kind.word())
        .withPlural(plural)
        .withNamespaced(namespaced)
        .build();
  }
}

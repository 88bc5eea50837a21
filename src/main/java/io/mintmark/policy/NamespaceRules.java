package io.mintmark.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.documents.Document;
import io.mintmark.documents.DocumentSet;
import io.mintmark.documents.Kind;
import io.mintmark.documents.Problem;
import io.mintmark.workload.WorkloadId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What documents of a namespace may say: they speak for that namespace's workloads and resources
 * alone, whatever is written in them. Documents without a namespace are the platform's, and may say
 * all.
 */
final class NamespaceRules {
  private final PolicyContext context;
  private final Consumer<Problem> problems;
  private final Map<String, ResourceTerms> byAudience = new HashMap<>();
  private final @Nullable String template;
  private final Audiences audiences;

  NamespaceRules(DocumentSet documents, PolicyContext context, Consumer<Problem> problems) {
    this.context = context;
    this.problems = problems;
    JsonNode issuer =
        documents.ofKind(Kind.ISSUER.word()).stream()
            .map(Document::spec)
            .filter(spec -> spec.path("issuer").asText().equals(context.clusterIssuer()))
            .findFirst()
            .orElse(null);
    this.template = issuer == null ? null : issuer.path("identity").asText();
    this.audiences =
        new Audiences(issuer == null ? List.of() : Fields.texts(issuer.path("namespaceAudiences")));
  }

  void know(ResourceTerms resource) {
    byAudience.putIfAbsent(resource.audience(), resource);
  }

  /** The name by which a grant's resource is known: in the grant's own place and no other. */
  static String resource(Document grant, String name) {
    String namespace = grant.namespace();
    return namespace == null ? name : namespace + "/" + name;
  }

  /** A namespace's resources have the audiences that the platform leaves to it. */
  boolean mayOwn(Document resource, String audience) {
    String namespace = resource.namespace();
    if (namespace == null) {
      return true;
    }
    if (isBrokers(audience)) {
      return refused(
          resource,
          "/spec/audience",
          "audience \"" + audience + "\" is the broker's own and no namespace's");
    }
    return audiences.mayOwn(namespace, audience)
        || refused(
            resource,
            "/spec/audience",
            template == null
                ? "no Issuer document is for the service accounts of this cluster, so no audience"
                    + " is a namespace's"
                : audiences.isNone()
                    ? "the Issuer of this cluster has no namespaceAudiences, so no audience is a"
                        + " namespace's"
                    : "audience \""
                        + audience
                        + "\" is not one of namespace \""
                        + namespace
                        + "\"");
  }

  /** Tokens for the broker itself, or for anything below its URL, are the platform's to define. */
  private boolean isBrokers(String audience) {
    return audience.equals(context.issuer()) || audience.startsWith(context.issuer() + "/");
  }

  boolean mayDescribe(Document workload, WorkloadId id) {
    String namespace = workload.namespace();
    if (namespace == null) {
      return true;
    }
    Territory territory = territory(workload, namespace, "/spec/id");
    return territory != null
        && (territory.holds(id)
            || refused(
                workload, "/spec/id", "\"" + id + "\" is not one of " + own(namespace, territory)));
  }

  /** An SVID is for workloads of the namespace, and is the identity that they have. */
  boolean mayIssue(Document grant, WorkloadPattern workload, JsonNode issue, String pointer) {
    String namespace = grant.namespace();
    if (namespace == null) {
      return true;
    }
    Territory territory = territory(grant, namespace, "/spec/workload");
    if (territory == null) {
      return false;
    }
    if (!territory.holds(workload)) {
      return refused(
          grant,
          "/spec/workload",
          "SVIDs of \"" + workload + "\" are not for " + own(namespace, territory) + " alone");
    }
    if (!territory.trustDomain().equals(context.trustDomain())) {
      return refused(
          grant,
          pointer,
          "SVIDs are struck only in the broker's trust domain \""
              + context.trustDomain()
              + "\", and only the platform can give an identity there to "
              + own(namespace, territory));
    }
    if (issue.has("id")) {
      return refused(
          grant,
          pointer + "/id",
          "a namespace's grant gives workloads the identity that they have; another is the"
              + " platform's to give");
    }
    return true;
  }

  /** An audience of somebody else's resource would be a way into it. */
  boolean mayAddress(Document grant, List<String> audiences) {
    String namespace = grant.namespace();
    if (namespace == null) {
      return true;
    }
    boolean allowed = true;
    for (int i = 0; i < audiences.size(); i++) {
      String audience = audiences.get(i);
      ResourceTerms resource = byAudience.get(audience);
      boolean taken = resource != null && !resource.name().startsWith(namespace + "/");
      if (taken || isBrokers(audience) || this.audiences.isOfAnother(namespace, audience)) {
        allowed =
            refused(
                grant,
                "/spec/issue/jwtSvid/audiences/" + i,
                "audience \"" + audience + "\" is not this namespace's to ask for");
      }
    }
    return allowed;
  }

  /** DNS names of the namespace's services; a common name has no namespace in it. */
  boolean mayName(Document grant, List<String> dnsNames, @Nullable String commonName) {
    String namespace = grant.namespace();
    if (namespace == null) {
      return true;
    }
    boolean allowed = true;
    for (int i = 0; i < dnsNames.size(); i++) {
      if (!isServiceOf(namespace, dnsNames.get(i))) {
        allowed =
            refused(
                grant,
                "/spec/issue/x509Svid/dnsNames/" + i,
                "\"" + dnsNames.get(i) + "\" is not below " + namespace + ".svc");
      }
    }
    if (commonName != null && !isServiceOf(namespace, commonName)) {
      allowed =
          refused(
              grant,
              "/spec/issue/x509Svid/subject/commonName",
              "common name \"" + commonName + "\" is not below " + namespace + ".svc");
    }
    return allowed;
  }

  private static boolean isServiceOf(String namespace, String name) {
    for (String end : List.of(".svc", ".svc.cluster.local")) {
      String suffix = "." + namespace + end;
      if (name.endsWith(suffix) && name.length() > suffix.length()) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Territory territory(Document document, String namespace, String pointer) {
    Territory territory = template == null ? null : Territory.of(template, namespace);
    if (territory == null) {
      refused(
          document,
          pointer,
          template == null
              ? "no Issuer document is for the service accounts of this cluster, so it is not known"
                  + " which identities are those of namespace \""
                  + namespace
                  + "\""
              : "the identity of this cluster's Issuer has no {namespace}, so no identity is a"
                  + " namespace's");
    }
    return territory;
  }

  private static String own(String namespace, Territory territory) {
    return "those of namespace \"" + namespace + "\", which are " + territory;
  }

  private boolean refused(Document document, String pointer, String message) {
    problems.accept(document.error(pointer, message));
    return false;
  }
}

package io.mintmark.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.documents.Document;
import io.mintmark.documents.Problem;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.Scope;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles Grant documents into rules. */
final class GrantCompiler {
  private static final Duration TOKEN_LIFETIME = Duration.ofMinutes(5);
  private static final Duration X509_LIFETIME = Duration.ofHours(1);

  private final PolicyContext context;
  private final Rules earlier;
  private final Rules rules;
  private final ConditionCompiler conditions;
  private final Map<String, ResourceTerms> resources;
  private final NamespaceRules namespaces;
  private final Problems problems;
  private final Map<IdentityTemplate, Document> templates = new HashMap<>();
  private final Map<IdentityTemplate, Set<String>> templateDomains = new HashMap<>();

  GrantCompiler(
      PolicyContext context,
      Rules earlier,
      Rules rules,
      ConditionCompiler conditions,
      Map<String, ResourceTerms> resources,
      NamespaceRules namespaces,
      Problems problems) {
    this.context = context;
    this.earlier = earlier;
    this.rules = rules;
    this.conditions = conditions;
    this.resources = resources;
    this.namespaces = namespaces;
    this.problems = problems;
  }

  /** Compiles a document, which the problems have begun. */
  void compile(Document document) {
    Rules.Granted granted = takenOver(document);
    if (granted == null) {
      granted = made(document);
    }
    if (granted != null) {
      rules.add(granted);
      note(document, granted.jwt());
      note(document, granted.x509());
      // a document of a namespace is judged anew by what the platform leaves to it
      if (problems.isClean() && document.namespace() == null) {
        rules.keep(document, granted);
      }
    }
  }

  /**
   * What an earlier policy made of the document; null where it must be made. Whatever {@link #made}
   * looks at beside the document must be the same: the resource, compared here; the broker, for
   * which both policies are.
   */
  private Rules.@Nullable Granted takenOver(Document document) {
    Rules.Granted known = earlier.granted(document);
    if (known == null || known.token() == null) {
      return known;
    }
    ResourceTerms resource = known.token().issue().resource();
    return resource.equals(resources.get(resource.name())) ? known : null;
  }

  /** Null where the document as a whole is broken. */
  private Rules.@Nullable Granted made(Document document) {
    JsonNode spec = document.spec();
    WorkloadPattern workload;
    try {
      workload = WorkloadPattern.parse(spec.path("workload").asText());
    } catch (MalformedWorkloadId e) {
      problems.accept(document.error("/spec/workload", String.valueOf(e.getMessage())));
      return null;
    }
    Set<EvidenceKind> evidence = EnumSet.noneOf(EvidenceKind.class);
    Fields.texts(spec.path("evidence"))
        .forEach(word -> evidence.add(EvidenceKind.ofWord(word).orElseThrow()));
    @Nullable Condition when = null;
    if (spec.has("when")) {
      Optional<Condition> compiled = conditions.compile(document, "/spec/when", problems);
      if (compiled.isEmpty()) {
        return null;
      }
      when = compiled.get();
    }
    Grant grant = new Grant(document, workload, evidence, when);
    JsonNode issue = spec.path("issue");
    return new Rules.Granted(
        issue.has("accessToken") ? accessToken(grant, issue.path("accessToken")) : null,
        issue.has("jwtSvid") ? jwtSvid(grant, issue.path("jwtSvid")) : null,
        issue.has("x509Svid") ? x509Svid(grant, issue.path("x509Svid")) : null);
  }

  private void note(Document document, @Nullable GrantRule<? extends Issue.Svid> rule) {
    if (rule != null && rule.issue().id().withPath()) {
      IdentityTemplate id = rule.issue().id();
      templates.putIfAbsent(id, document);
      templateDomains
          .computeIfAbsent(id, same -> new HashSet<>())
          .add(rule.workload().trustDomain().name());
    }
  }

  /** Warns where workloads of two trust domains would get the same identity here. */
  void warnOfSharedIdentities() {
    templateDomains.forEach(
        (template, domains) -> {
          Document document = templates.get(template);
          if (domains.size() > 1 && document != null) {
            problems.accept(
                document.warning(
                    "/spec/issue",
                    "workloads of the trust domains "
                        + String.join(", ", domains.stream().sorted().toList())
                        + " can get the same identity; write a different path before {path}"));
          }
        });
  }

  private @Nullable GrantRule<Issue.Token> accessToken(Grant grant, JsonNode issue) {
    Document document = grant.document();
    String name = NamespaceRules.resource(document, issue.path("resource").asText());
    ResourceTerms resource = resources.get(name);
    if (resource == null) {
      problems.accept(
          document
              .error(
                  "/spec/issue/accessToken/resource", "resource \"" + name + "\" has no document")
              .by(Problem.Cause.MISSING));
      return null;
    }
    Set<Scope> scopes = new HashSet<>();
    List<String> words = Fields.texts(issue.path("scopes"));
    boolean known = true;
    for (int i = 0; i < words.size(); i++) {
      Scope scope = new Scope(words.get(i));
      if (!resource.scopes().contains(scope)) {
        known = false;
        problems.accept(
            document.error(
                "/spec/issue/accessToken/scopes/" + i,
                "scope \"" + scope + "\" is not one of resource \"" + name + "\""));
      }
      scopes.add(scope);
    }
    Duration lifetime = Fields.duration(issue, "lifetime", TOKEN_LIFETIME);
    Duration limit = resource.maxLifetime();
    if (limit != null && issue.has("lifetime") && lifetime.compareTo(limit) > 0) {
      problems.accept(
          document.warning(
              "/spec/issue/accessToken/lifetime",
              "resource \"" + name + "\" allows at most " + Texts.duration(limit)));
    }
    return known ? grant.rule(new Issue.Token(resource, scopes, lifetime)) : null;
  }

  private @Nullable GrantRule<Issue.Jwt> jwtSvid(Grant grant, JsonNode issue) {
    IdentityTemplate id = identity(grant, issue, "/spec/issue/jwtSvid");
    if (id == null
        || !namespaces.mayAddress(grant.document(), Fields.texts(issue.path("audiences")))) {
      return null;
    }
    return grant.rule(
        new Issue.Jwt(
            id,
            Set.copyOf(Fields.texts(issue.path("audiences"))),
            Fields.duration(issue, "lifetime", TOKEN_LIFETIME),
            issue.path("outlivesEvidence").asBoolean(false)));
  }

  private @Nullable GrantRule<Issue.X509> x509Svid(Grant grant, JsonNode issue) {
    IdentityTemplate id = identity(grant, issue, "/spec/issue/x509Svid");
    boolean sound = id != null;
    List<String> dnsNames = Fields.texts(issue.path("dnsNames"));
    for (int i = 0; i < dnsNames.size(); i++) {
      if (!isDnsName(dnsNames.get(i))) {
        sound = false;
        problems.accept(
            grant
                .document()
                .error(
                    "/spec/issue/x509Svid/dnsNames/" + i,
                    "\"" + dnsNames.get(i) + "\" is not a DNS name"));
      }
    }
    String commonName = Fields.text(issue.path("subject"), "commonName");
    if (id == null || !sound || !namespaces.mayName(grant.document(), dnsNames, commonName)) {
      return null;
    }
    return grant.rule(
        new Issue.X509(
            id,
            dnsNames,
            commonName,
            Fields.duration(issue, "lifetime", X509_LIFETIME),
            issue.path("outlivesEvidence").asBoolean(false)));
  }

  /** The identity that an SVID gets; null where it has an error, which is then reported. */
  private @Nullable IdentityTemplate identity(Grant grant, JsonNode issue, String pointer) {
    Document document = grant.document();
    boolean own = grant.workload().trustDomain().equals(context.trustDomain());
    Condition when = grant.when();
    if (when != null && (when.namesResource() || when.namesAudience())) {
      problems.accept(
          document.error(
              "/spec/when",
              "condition names a resource or one audience, which an SVID does not have;"
                  + " request.audiences are all those of a JWT-SVID"));
      return null;
    }
    if (!namespaces.mayIssue(document, grant.workload(), issue, pointer)) {
      return null;
    }
    String text = Fields.text(issue, "id");
    if (text == null && !own) {
      problems.accept(
          document.error(
              pointer,
              "SVIDs are struck only in the broker's trust domain \""
                  + context.trustDomain()
                  + "\": name the identity there, such as id: \""
                  + context.trustDomain().uri()
                  + "{path}\""));
      return null;
    }
    IdentityTemplate id;
    try {
      id =
          text == null
              ? IdentityTemplate.same(context.trustDomain())
              : IdentityTemplate.parse(text, context.trustDomain());
    } catch (MalformedWorkloadId e) {
      problems.accept(document.error(pointer + "/id", String.valueOf(e.getMessage())));
      return null;
    }
    if (!id.withPath() && !grant.workload().exact()) {
      problems.accept(
          document.error(
              pointer + "/id",
              "many workloads would share one identity: end it in {path}, or name one workload"));
      return null;
    }
    return id;
  }

  private static boolean isDnsName(String name) {
    for (String label : name.split("\\.", -1)) {
      if (label.isEmpty() || label.length() > 63 || label.startsWith("-") || label.endsWith("-")) {
        return false;
      }
    }
    return true;
  }

  /** What the rules of one document share. */
  private record Grant(
      Document document,
      WorkloadPattern workload,
      Set<EvidenceKind> evidence,
      @Nullable Condition when) {
    <I extends Issue> GrantRule<I> rule(I issue) {
      return new GrantRule<>(
          document.name(), document.spec().path("owner").asText(), workload, evidence, issue, when);
    }
  }
}

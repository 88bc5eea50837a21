package io.mintmark.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.mintmark.documents.Document;
import io.mintmark.documents.DocumentSet;
import io.mintmark.documents.Kind;
import io.mintmark.documents.Problem;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.Scope;
import io.mintmark.workload.SignatureAlgorithm;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compiles one set of documents, collecting every problem. Used once. */
final class PolicyCompiler {
  private static final String ADMIN = "mintmark-admin";

  private static final Comparator<Problem> BY_PLACE = Comparator.comparing(Problem::position);

  private final DocumentSet documents;
  private final PolicyContext context;
  private final Rules rules = new Rules();
  private final Problems problems = new Problems();
  private final List<Problem> later = new ArrayList<>();
  private final ConditionCompiler conditions = new ConditionCompiler();
  private final Map<String, ResourceTerms> resources = new HashMap<>();
  private final NamespaceRules namespaces;
  private final Rules earlier;

  /**
   * @param earlier whose parts are taken over where their documents are still there; of the same
   *     context
   */
  PolicyCompiler(DocumentSet documents, PolicyContext context, Rules earlier) {
    this.earlier = earlier;
    this.documents = documents;
    this.context = context;
    this.namespaces = new NamespaceRules(documents, context, problems);
  }

  Compilation compile() {
    resources();
    inventory();
    GrantCompiler grants =
        new GrantCompiler(context, earlier, rules, conditions, resources, namespaces, problems);
    for (Document document : sorted(Kind.GRANT)) {
      problems.begin();
      grants.compile(document);
    }
    problems.begin();
    grants.warnOfSharedIdentities();
    sorted(Kind.GUARDRAIL).forEach(this::guardrail);
    for (Problem warning : later) {
      problems.begin();
      problems.accept(warning);
    }
    for (Document document : sorted(Kind.POLICY_TEST)) {
      problems.begin();
      TestCase.parse(document, problems);
    }
    List<Problem> found = problems.all().stream().sorted(BY_PLACE).toList();
    return found.stream().anyMatch(problem -> problem.severity() == Problem.Severity.ERROR)
        ? new Compilation.Rejected(found)
        : new Compilation.Compiled(new Policy(documents.digest(), context, rules), found);
  }

  /** The platform's documents by name, then those of namespaces, the older first as they come. */
  private List<Document> sorted(Kind kind) {
    List<Document> sorted = documents.ofKind(kind.word());
    sorted.sort(
        Comparator.comparing((Document document) -> document.namespace() != null)
            .thenComparing(document -> document.namespace() == null ? document.name() : ""));
    return sorted;
  }

  private void resources() {
    Map<String, Document> byAudience = new HashMap<>();
    for (Document document : sorted(Kind.RESOURCE)) {
      problems.begin();
      ResourceTerms resource = resource(document);
      Document first = byAudience.putIfAbsent(resource.audience(), document);
      if (first != null) {
        problems.accept(
            document.error(
                "/spec/audience",
                "audience \""
                    + resource.audience()
                    + "\" is that of resource \""
                    + first.name()
                    + "\" already"));
      }
      var _ = namespaces.mayOwn(document, resource.audience());
      if (resource.name().equals(ADMIN) && !resource.audience().equals(context.adminAudience())) {
        problems.accept(
            document.error(
                "/spec/audience",
                "resource \""
                    + ADMIN
                    + "\" is the broker's own: its audience must be \""
                    + context.adminAudience()
                    + "\""));
      }
      if (resource.binding() == Binding.DPOP) {
        problems.accept(
            document.warning(
                "/spec/binding",
                "no token can be bound by dpop yet, so every request for resource \""
                    + resource.name()
                    + "\" is refused"));
      }
      resources.put(resource.name(), resource);
      rules.add(resource);
      namespaces.know(resource);
    }
    if (!byAudience.containsKey(context.adminAudience()) && !resources.containsKey(ADMIN)) {
      ResourceTerms admin = admin();
      resources.put(ADMIN, admin);
      rules.add(admin);
      namespaces.know(admin);
    }
  }

  /** The broker's own operators' API, where no document says otherwise. */
  private ResourceTerms admin() {
    return new ResourceTerms(
        ADMIN,
        "operators",
        context.adminAudience(),
        Set.of(new Scope("admin:read"), new Scope("admin:write")),
        null,
        null,
        Duration.ofMinutes(15),
        Binding.ANY,
        null);
  }

  private static ResourceTerms resource(Document document) {
    JsonNode spec = document.spec();
    String signing = Fields.text(spec, "signing");
    return new ResourceTerms(
        document.name(),
        spec.path("owner").asText(),
        spec.path("audience").asText(),
        Fields.texts(spec.path("scopes")).stream().map(Scope::new).collect(Collectors.toSet()),
        Fields.text(spec, "environment"),
        Fields.text(spec, "classification"),
        Fields.duration(spec, "maxLifetime"),
        Binding.valueOf(spec.path("binding").asText("any").toUpperCase(Locale.ROOT)),
        signing == null ? null : SignatureAlgorithm.ofWord(signing).orElseThrow());
  }

  private void inventory() {
    Inventory.Maker maker = new Inventory.Maker(earlier.inventory());
    List<Inventory.Workload> sound = new ArrayList<>();
    for (Document document : sorted(Kind.WORKLOAD)) {
      problems.begin();
      String reviewBy = Fields.text(document.spec(), "reviewBy");
      if (reviewBy != null && !isDate(reviewBy)) {
        problems.accept(document.error("/spec/reviewBy", "\"" + reviewBy + "\" is not a date"));
      }
      try {
        Inventory.Workload workload = maker.of(document);
        // what is left out for a fault of its own keeps nobody else out
        if (namespaces.mayDescribe(document, workload.id()) && !problems.hasErrors()) {
          sound.add(workload);
        }
      } catch (MalformedWorkloadId e) {
        problems.accept(document.error("/spec/id", String.valueOf(e.getMessage())));
      }
    }
    rules.describe(Inventory.of(sound, earlier.inventory(), this::isAlready));
  }

  private void isAlready(Inventory.Workload workload, Inventory.Workload first) {
    problems.begin();
    problems.accept(
        workload
            .document()
            .error(
                "/spec/id",
                "\""
                    + workload.id()
                    + "\" is workload \""
                    + first.document().name()
                    + "\" already"));
  }

  private void guardrail(Document document) {
    JsonNode match = document.spec().path("match");
    problems.begin();
    @Nullable WorkloadPattern workload = null;
    String pattern = Fields.text(match, "workload");
    if (pattern != null) {
      try {
        workload = WorkloadPattern.parse(pattern);
      } catch (MalformedWorkloadId e) {
        problems.accept(document.error("/spec/match/workload", String.valueOf(e.getMessage())));
      }
    }
    String resource = Fields.text(match, "resource");
    if (resource != null && !resources.containsKey(resource)) {
      String message = "resource \"" + resource + "\" has no document";
      if (resource.indexOf('/') < 0) {
        problems.accept(document.error("/spec/match/resource", message));
      } else {
        // no error: a namespace could break the guardrail by deleting a document of its own
        later.add(document.warning("/spec/match/resource", message).by(Problem.Cause.MISSING));
      }
    }
    @Nullable WorkloadPattern whom = workload;
    conditions
        .compile(document, "/spec/deny", problems)
        .filter(deny -> !problems.hasErrors())
        .ifPresent(
            deny ->
                rules.add(
                    new GuardrailRule(
                        document.name(),
                        document.spec().path("owner").asText(),
                        whom,
                        resource,
                        deny,
                        Fields.text(document.spec(), "message"))));
  }

  private static boolean isDate(String text) {
    try {
      LocalDate.parse(text);
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }
}

package io.mintmark.policy;

import io.mintmark.documents.Document;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.WorkloadId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiled rules, indexed by what a request asks for and who asks. Not changed once built. */
final class Rules {
  private final Map<String, ResourceTerms> resources = new HashMap<>();
  private final IdentityHashMap<Document, Granted> granted = new IdentityHashMap<>();
  private Inventory inventory = Inventory.NONE;
  private final Map<String, PatternIndex<GrantRule<Issue.Token>>> tokens = new HashMap<>();
  private final PatternIndex<GrantRule<Issue.Jwt>> jwtSvids = new PatternIndex<>();
  private final PatternIndex<GrantRule<Issue.X509>> x509Svids = new PatternIndex<>();
  private final Map<String, Guardrails> guardrails = new HashMap<>();
  private final Guardrails everywhere = new Guardrails();
  private final List<GrantRule<?>> grants = new ArrayList<>();

  void add(ResourceTerms resource) {
    resources.put(resource.audience(), resource);
  }

  /**
   * What one document grants.
   *
   * @param token null where it grants none, as are the others
   */
  record Granted(
      @Nullable GrantRule<Issue.Token> token,
      @Nullable GrantRule<Issue.Jwt> jwt,
      @Nullable GrantRule<Issue.X509> x509) {}

  void add(Granted rules) {
    GrantRule<Issue.Token> token = rules.token();
    if (token != null) {
      tokens
          .computeIfAbsent(token.issue().resource().name(), name -> new PatternIndex<>())
          .add(token.workload(), token);
      grants.add(token);
    }
    GrantRule<Issue.Jwt> jwt = rules.jwt();
    if (jwt != null) {
      jwtSvids.add(jwt.workload(), jwt);
      grants.add(jwt);
    }
    GrantRule<Issue.X509> x509 = rules.x509();
    if (x509 != null) {
      x509Svids.add(x509.workload(), x509);
      grants.add(x509);
    }
  }

  /** A later policy may take over what this one made of a document. */
  void keep(Document document, Granted rules) {
    granted.put(document, rules);
  }

  /** What was kept of this very document; null where nothing was. */
  @Nullable Granted granted(Document document) {
    return granted.get(document);
  }

  void describe(Inventory workloads) {
    inventory = workloads;
  }

  void add(GuardrailRule rule) {
    String resource = rule.resource();
    Guardrails target =
        resource == null
            ? everywhere
            : guardrails.computeIfAbsent(resource, name -> new Guardrails());
    target.add(rule);
  }

  /** The resource with exactly this audience. */
  @Nullable ResourceTerms resource(String audience) {
    return resources.get(audience);
  }

  Set<SignatureAlgorithm> signingAlgorithms() {
    Set<SignatureAlgorithm> algorithms = EnumSet.noneOf(SignatureAlgorithm.class);
    for (ResourceTerms resource : resources.values()) {
      SignatureAlgorithm signing = resource.signing();
      if (signing != null) {
        algorithms.add(signing);
      }
    }
    return algorithms;
  }

  Inventory inventory() {
    return inventory;
  }

  @Nullable InventoryEntry inventory(WorkloadId id) {
    Inventory.Workload workload = inventory.find(id);
    return workload == null ? null : workload.entry();
  }

  List<GrantRule<Issue.Token>> tokens(ResourceTerms resource, WorkloadId id) {
    PatternIndex<GrantRule<Issue.Token>> index = tokens.get(resource.name());
    return index == null ? List.of() : find(index, id);
  }

  List<GrantRule<Issue.Jwt>> jwtSvids(WorkloadId id) {
    return find(jwtSvids, id);
  }

  List<GrantRule<Issue.X509>> x509Svids(WorkloadId id) {
    return find(x509Svids, id);
  }

  /** The guardrails that may concern a workload's request, for a resource where it has one. */
  List<GuardrailRule> guardrails(WorkloadId id, @Nullable ResourceTerms resource) {
    List<GuardrailRule> found = new ArrayList<>();
    List<String> path = WorkloadPattern.segments(id.path());
    everywhere.collect(id, path, found);
    Guardrails own = resource == null ? null : guardrails.get(resource.name());
    if (own != null) {
      own.collect(id, path, found);
    }
    return found;
  }

  List<GrantRule<?>> grants() {
    return grants;
  }

  private static <T> List<T> find(PatternIndex<T> index, WorkloadId id) {
    List<T> found = new ArrayList<>(4);
    index.collect(id, WorkloadPattern.segments(id.path()), found);
    return found;
  }

  /** Guardrails for some workloads, and those for every workload. */
  private static final class Guardrails {
    private final PatternIndex<GuardrailRule> some = new PatternIndex<>();
    private final List<GuardrailRule> every = new ArrayList<>();

    void add(GuardrailRule rule) {
      WorkloadPattern workload = rule.workload();
      if (workload == null) {
        every.add(rule);
      } else {
        some.add(workload, rule);
      }
    }

    void collect(WorkloadId id, List<String> path, List<GuardrailRule> found) {
      found.addAll(every);
      some.collect(id, path, found);
    }
  }
}

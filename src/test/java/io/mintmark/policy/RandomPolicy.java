package io.mintmark.policy;

import io.mintmark.workload.Ask;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import io.mintmark.workload.Scope;
import io.mintmark.workload.WorkloadId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A policy made up by a seed, as documents and as plain lists that can be decided naively. */
final class RandomPolicy {
  private static final List<String> SCOPES = List.of("read", "write", "admin");
  private static final List<String> ENVIRONMENTS = List.of("prod", "test");

  final List<Resource> resources = new ArrayList<>();
  final List<Grant> grants = new ArrayList<>();
  final List<Guardrail> guardrails = new ArrayList<>();
  private final Random random;
  private final int breadth;

  record Resource(String name, String environment, int maxSeconds, boolean bound) {
    String audience() {
      return "https://" + name + ".example.org";
    }
  }

  record Grant(
      String name,
      String pattern,
      Set<EvidenceKind> kinds,
      Resource resource,
      Set<String> scopes,
      int seconds,
      @Nullable Boolean flag) {}

  record Guardrail(String name, @Nullable String pattern, String environment) {}

  record Decided(@Nullable Reason reason, Set<String> scopes, long seconds, List<String> grants) {}

  RandomPolicy(long seed, int grantCount, int breadth) {
    this.random = new Random(seed);
    this.breadth = breadth;
    for (int i = 0; i < 4; i++) {
      resources.add(
          new Resource(
              "r" + i, pick(ENVIRONMENTS), 60 + random.nextInt(600), random.nextInt(4) == 0));
    }
    for (int i = 0; i < grantCount; i++) {
      grants.add(
          new Grant(
              "g%05d".formatted(i),
              pattern(),
              random.nextBoolean()
                  ? Set.of(EvidenceKind.JWT_SVID)
                  : Set.of(EvidenceKind.JWT_SVID, EvidenceKind.X509_SVID),
              resources.get(random.nextInt(resources.size())),
              scopes(1),
              30 + random.nextInt(600),
              random.nextInt(3) == 0 ? random.nextBoolean() : null));
    }
    for (int i = 0; i < random.nextInt(3); i++) {
      guardrails.add(
          new Guardrail("d" + i, random.nextBoolean() ? pattern() : null, pick(ENVIRONMENTS)));
    }
  }

  String documents() {
    StringBuilder text = new StringBuilder();
    for (Resource resource : resources) {
      text.append(
          Given.resource(
              resource.name(),
              "environment: %s\nmaxLifetime: %ds\nbinding: %s"
                  .formatted(
                      resource.environment(),
                      resource.maxSeconds(),
                      resource.bound() ? "required" : "any")));
    }
    for (Grant grant : grants) {
      text.append(
          Given.grant(
                  grant.name(),
                  grant.pattern(),
                  "accessToken: {resource: %s, scopes: [%s], lifetime: %ds}"
                      .formatted(
                          grant.resource().name(),
                          String.join(", ", grant.scopes()),
                          grant.seconds()),
                  grant.flag() == null ? "" : "when: evidence.attributes.flag == " + grant.flag())
              .replace(
                  "[jwt-svid, x509-svid]",
                  grant.kinds().size() == 1 ? "[jwt-svid]" : "[x509-svid, jwt-svid]"));
    }
    guardrails.forEach(guardrail -> text.append(document(guardrail)));
    return text.toString();
  }

  static String document(Guardrail guardrail) {
    return Given.guardrail(
        guardrail.name(),
        "resource.environment == \"" + guardrail.environment() + "\"",
        guardrail.pattern() == null ? "" : "match: {workload: \"" + guardrail.pattern() + "\"}");
  }

  AttestedWorkload workload() {
    boolean bound = random.nextBoolean();
    Map<String, Object> attributes =
        random.nextInt(4) == 0 ? Map.of() : Map.of("flag", random.nextBoolean());
    return Given.attested(
        id(),
        bound ? EvidenceKind.X509_SVID : EvidenceKind.JWT_SVID,
        Given.NOW.plusSeconds(1 + random.nextInt(900)),
        bound ? "thumbprint" : null,
        false,
        attributes);
  }

  Ask ask() {
    Resource resource = resources.get(random.nextInt(resources.size()));
    Set<Scope> scopes = new HashSet<>();
    scopes(0).forEach(scope -> scopes.add(new Scope(scope)));
    return Given.ask(
        new Ask.AccessToken(resource.audience(), scopes),
        random.nextBoolean() ? null : Duration.ofSeconds(1 + random.nextInt(700)));
  }

  /** What the rules of the documentation say, one grant after the other. */
  Decided naive(AttestedWorkload workload, Ask ask) {
    Ask.AccessToken wanted = (Ask.AccessToken) ask.wanted();
    Resource resource =
        resources.stream()
            .filter(r -> r.audience().equals(wanted.target()))
            .findFirst()
            .orElseThrow();
    for (Guardrail guardrail : guardrails) {
      if (matches(guardrail.pattern(), workload)
          && guardrail.environment().equals(resource.environment())) {
        return refused(Reason.GUARDRAIL);
      }
    }
    List<Grant> held =
        grants.stream()
            .filter(g -> g.resource().equals(resource) && matches(g.pattern(), workload))
            .toList();
    List<Grant> accepted = held.stream().filter(g -> g.kinds().contains(workload.kind())).toList();
    Set<String> asked = new TreeSet<>();
    wanted.scopes().forEach(scope -> asked.add(scope.value()));
    List<Grant> useful =
        accepted.stream()
            .filter(g -> asked.isEmpty() || g.scopes().stream().anyMatch(asked::contains))
            .toList();
    Object flag = workload.attributes().get("flag");
    List<Grant> applying =
        useful.stream().filter(g -> g.flag() == null || g.flag().equals(flag)).toList();
    Set<String> given = new TreeSet<>();
    applying.forEach(g -> given.addAll(g.scopes()));
    if (held.isEmpty()) {
      return refused(Reason.NO_GRANT);
    }
    if (accepted.isEmpty()) {
      return refused(Reason.EVIDENCE_KIND_NOT_ACCEPTED);
    }
    if (useful.isEmpty()) {
      return refused(Reason.SCOPE_NOT_GRANTED);
    }
    if (applying.isEmpty()) {
      return refused(flag == null ? Reason.CONDITION_ERROR : Reason.CONDITION_FALSE);
    }
    if (!given.containsAll(asked)) {
      return refused(Reason.SCOPE_NOT_GRANTED);
    }
    if (resource.bound() && workload.certificateThumbprint() == null) {
      return refused(Reason.BINDING_REQUIRED);
    }
    long seconds = resource.maxSeconds();
    for (Grant grant : applying) {
      seconds = Math.min(seconds, grant.seconds());
    }
    if (ask.lifetime() != null) {
      seconds = Math.min(seconds, ask.lifetime().toSeconds());
    }
    seconds = Math.min(seconds, Duration.between(Given.NOW, workload.expiresAt()).toSeconds());
    return new Decided(
        null,
        asked.isEmpty() ? given : asked,
        seconds,
        applying.stream().map(Grant::name).sorted().toList());
  }

  static Decided decided(Decision decision) {
    return switch (decision) {
      case Decision.Denial denial -> refused(denial.reason());
      case Decision.Grant grant -> {
        Set<String> scopes = new TreeSet<>();
        ((Decision.AccessToken) grant.terms()).scopes().forEach(scope -> scopes.add(scope.value()));
        yield new Decided(
            null,
            scopes,
            Duration.between(Given.NOW, grant.expiresAt()).toSeconds(),
            grant.grants());
      }
    };
  }

  private static Decided refused(Reason reason) {
    return new Decided(reason, Set.of(), 0, List.of());
  }

  private static boolean matches(@Nullable String pattern, AttestedWorkload workload) {
    return pattern == null || WorkloadPattern.parse(pattern).matches(workload.id());
  }

  private Set<String> scopes(int least) {
    Set<String> scopes = new TreeSet<>();
    int number = least + random.nextInt(SCOPES.size() + 1 - least);
    while (scopes.size() < number) {
      scopes.add(pick(SCOPES));
    }
    return scopes;
  }

  private String id() {
    return WorkloadId.parse("spiffe://prod.example.org/ns/" + segment() + "/sa/" + segment()).uri();
  }

  private String pattern() {
    return switch (random.nextInt(8)) {
      case 0 -> "spiffe://prod.example.org/ns/*/sa/" + segment();
      case 1 -> "spiffe://prod.example.org/ns/" + segment() + "/**";
      default -> id();
    };
  }

  private String segment() {
    return "s" + random.nextInt(breadth);
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}

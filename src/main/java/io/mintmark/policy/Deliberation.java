package io.mintmark.policy;

import io.mintmark.policy.Verdict.Granted;
import io.mintmark.policy.Verdict.Refused;
import io.mintmark.workload.Ask;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.Reason;
import io.mintmark.workload.Scope;
import io.mintmark.workload.WorkloadId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One request decided. The order: what is asked for must exist; no guardrail may refuse; grants
 * must hold; the resource owner's terms must be met; and the life is the shortest of all limits.
 */
final class Deliberation {
  private static final int MAX_NAME = 256;

  private final Rules rules;
  private final Facts facts;
  private final Ask ask;
  private final Instant now;

  Deliberation(Rules rules, Facts facts, Ask ask, Instant now) {
    this.rules = rules;
    this.facts = facts;
    this.ask = ask;
    this.now = now;
  }

  Verdict verdict() {
    Duration lifetime = ask.lifetime();
    if (lifetime != null && !lifetime.isPositive()) {
      return new Refused(Reason.REQUEST_MALFORMED, "the lifetime asked for is not positive");
    }
    return switch (ask.wanted()) {
      case Ask.AccessToken wanted -> accessToken(wanted);
      case Ask.JwtSvid wanted -> jwtSvid(wanted);
      case Ask.X509Svid wanted -> x509Svid(wanted);
    };
  }

  /**
   * The request as guardrails and conditions see it, for the resource of an access token; empty
   * where no resource has the audience asked for.
   */
  Optional<Question> question() {
    return switch (ask.wanted()) {
      case Ask.AccessToken wanted ->
          Optional.ofNullable(rules.resource(wanted.target()))
              .map(
                  resource -> {
                    List<GrantRule<Issue.Token>> accepted =
                        accepted(rules.tokens(resource, facts.id()));
                    return question(
                            wanted.scopes().isEmpty() ? scopes(accepted) : wanted.scopes(),
                            accepted)
                        .about(wanted.target(), resource);
                  });
      case Ask.JwtSvid ignored ->
          Optional.of(question(Set.of(), accepted(rules.jwtSvids(facts.id()))));
      case Ask.X509Svid ignored ->
          Optional.of(question(Set.of(), accepted(rules.x509Svids(facts.id()))));
    };
  }

  private Verdict accessToken(Ask.AccessToken wanted) {
    ResourceTerms resource = rules.resource(wanted.target());
    if (resource == null) {
      return new Refused(
          Reason.RESOURCE_UNKNOWN,
          "no resource has the audience \"" + Texts.shown(wanted.target(), MAX_NAME) + "\"");
    }
    List<GrantRule<Issue.Token>> held = rules.tokens(resource, facts.id());
    List<GrantRule<Issue.Token>> accepted = accepted(held);
    Set<Scope> asked = wanted.scopes();
    Set<Scope> inQuestion = asked.isEmpty() ? scopes(accepted) : asked;
    Question question = question(inQuestion, accepted).about(wanted.target(), resource);
    Refused refused = guardrail(question);
    if (refused == null) {
      refused = unheld(held, accepted);
    }
    if (refused != null) {
      return refused;
    }
    Chosen<Issue.Token> chosen =
        choose(
            accepted,
            issue -> asked.isEmpty() || !Collections.disjoint(issue.scopes(), asked),
            question,
            Reason.SCOPE_NOT_GRANTED);
    if (chosen.refused() != null) {
      return chosen.refused();
    }
    Set<Scope> given = scopes(chosen.rules());
    if (!given.containsAll(asked)) {
      Set<Scope> missing = new TreeSet<>(asked);
      missing.removeAll(given);
      return new Refused(
          Reason.SCOPE_NOT_GRANTED,
          "scope \""
              + missing.iterator().next()
              + "\" is not granted at \""
              + resource.name()
              + "\"");
    }
    if (!resource.binding().metBy(facts.certificateThumbprint() != null)) {
      return unbound(resource);
    }
    return granted(
        new Decision.AccessToken(
            resource.name(),
            resource.audience(),
            asked.isEmpty() ? given : asked,
            facts.certificateThumbprint(),
            resource.signing()),
        chosen.rules(),
        List.of(resource),
        false);
  }

  private Verdict jwtSvid(Ask.JwtSvid wanted) {
    if (wanted.audiences().isEmpty()) {
      return new Refused(Reason.REQUEST_MALFORMED, "a JWT-SVID needs an audience");
    }
    if (facts.struckHere()) {
      return struckHere();
    }
    List<GrantRule<Issue.Jwt>> held = rules.jwtSvids(facts.id());
    List<GrantRule<Issue.Jwt>> accepted = accepted(held);
    Question question = question(Set.of(), accepted);
    // a JWT-SVID for a resource's audience is a way into that resource: its guardrails and its
    // owner's terms apply to it as they do to a token
    List<ResourceTerms> resources = new ArrayList<>();
    Refused refused = null;
    for (String audience : new TreeSet<>(wanted.audiences())) {
      ResourceTerms resource = rules.resource(audience);
      if (resource != null) {
        resources.add(resource);
      }
      if (refused == null) {
        refused = guardrail(question.about(audience, resource));
      }
    }
    if (refused == null) {
      refused = unheld(held, accepted);
    }
    if (refused != null) {
      return refused;
    }
    Chosen<Issue.Jwt> chosen =
        choose(
            accepted,
            issue -> !Collections.disjoint(issue.audiences(), wanted.audiences()),
            question,
            Reason.NO_GRANT);
    if (chosen.refused() != null) {
      return chosen.refused();
    }
    Set<String> missing = new TreeSet<>(wanted.audiences());
    chosen.rules().forEach(rule -> missing.removeAll(rule.issue().audiences()));
    if (!missing.isEmpty()) {
      return new Refused(
          Reason.NO_GRANT,
          "no grant has the audience \"" + Texts.shown(missing.iterator().next(), MAX_NAME) + "\"");
    }
    for (ResourceTerms resource : resources) {
      if (!resource.binding().metBy(false)) {
        return unbound(resource);
      }
    }
    return switch (identity(chosen.rules())) {
      case Identity.Of(WorkloadId id) ->
          granted(
              new Decision.JwtSvid(id, wanted.audiences()),
              chosen.rules(),
              resources,
              outlives(chosen.rules()));
      case Identity.None(Refused none) -> none;
    };
  }

  private Verdict x509Svid(Ask.X509Svid wanted) {
    if (facts.struckHere()) {
      return struckHere();
    }
    List<GrantRule<Issue.X509>> held = rules.x509Svids(facts.id());
    List<GrantRule<Issue.X509>> accepted = accepted(held);
    Question question = question(Set.of(), accepted);
    Refused refused = guardrail(question);
    if (refused == null) {
      refused = unheld(held, accepted);
    }
    if (refused != null) {
      return refused;
    }
    Chosen<Issue.X509> chosen = choose(accepted, issue -> true, question, Reason.NO_GRANT);
    if (chosen.refused() != null) {
      return chosen.refused();
    }
    Set<String> dnsNames = new TreeSet<>();
    Set<String> commonNames = new TreeSet<>();
    for (GrantRule<Issue.X509> rule : chosen.rules()) {
      dnsNames.addAll(rule.issue().dnsNames());
      String commonName = rule.issue().commonName();
      if (commonName != null) {
        commonNames.add(commonName);
      }
    }
    if (commonNames.size() > 1) {
      return new Refused(
          Reason.NO_GRANT, "grants name different common names: " + names(chosen.rules()));
    }
    return switch (identity(chosen.rules())) {
      case Identity.Of(WorkloadId id) ->
          granted(
              new Decision.X509Svid(
                  id,
                  wanted.key(),
                  List.copyOf(dnsNames),
                  commonNames.isEmpty() ? null : commonNames.iterator().next()),
              chosen.rules(),
              List.of(),
              outlives(chosen.rules()));
      case Identity.None(Refused none) -> none;
    };
  }

  private Question question(Set<Scope> scopes, Collection<? extends GrantRule<?>> accepted) {
    Duration lifetime = ask.lifetime();
    if (lifetime == null) {
      for (GrantRule<?> rule : accepted) {
        lifetime =
            lifetime == null ? rule.issue().lifetime() : max(lifetime, rule.issue().lifetime());
      }
    }
    return new Question(facts, rules.inventory(facts.id()), ask, scopes, lifetime, null, null, now);
  }

  private @Nullable Refused guardrail(Question question) {
    Refused first = null;
    for (GuardrailRule rule : rules.guardrails(facts.id(), question.resource())) {
      // the first by name, so that the same request always meets the same refusal
      if (question.concerns(rule)
          && (first == null || rule.name().compareTo(String.valueOf(first.guardrail())) < 0)) {
        Refused refused =
            switch (rule.deny().ask(question)) {
              case Condition.Answer.No ignored -> null;
              case Condition.Answer.Yes ignored -> refused(rule, rule.message());
              case Condition.Answer.Failed(String why) -> refused(rule, why);
            };
        first = refused == null ? first : refused;
      }
    }
    return first;
  }

  private static Refused refused(GuardrailRule rule, @Nullable String why) {
    String detail = "guardrail \"" + rule.name() + "\"" + (why == null ? "" : ": " + why);
    return new Refused(Reason.GUARDRAIL, detail, rule.name());
  }

  private <I extends Issue> List<GrantRule<I>> accepted(List<GrantRule<I>> held) {
    List<GrantRule<I>> accepted = new ArrayList<>(held.size());
    for (GrantRule<I> rule : held) {
      if (rule.evidence().contains(facts.kind())) {
        accepted.add(rule);
      }
    }
    return accepted;
  }

  private @Nullable Refused unheld(
      Collection<? extends GrantRule<?>> held, Collection<? extends GrantRule<?>> accepted) {
    if (held.isEmpty()) {
      return new Refused(
          Reason.NO_GRANT,
          "no grant of " + ask.wanted().kind() + " for workload \"" + facts.id() + "\"");
    }
    if (accepted.isEmpty()) {
      return new Refused(
          Reason.EVIDENCE_KIND_NOT_ACCEPTED,
          "evidence \"" + facts.kind() + "\" is not accepted by " + names(held));
    }
    return null;
  }

  /** The grants that give something asked for and whose conditions hold. */
  private static <I extends Issue> Chosen<I> choose(
      List<GrantRule<I>> accepted, Predicate<I> gives, Question question, Reason nothing) {
    List<GrantRule<I>> chosen = new ArrayList<>(accepted.size());
    Refused no = null;
    Refused failed = null;
    for (GrantRule<I> rule : accepted) {
      if (gives.test(rule.issue())) {
        Condition when = rule.when();
        switch (when == null ? null : when.ask(question)) {
          case null -> chosen.add(rule);
          case Condition.Answer.Yes ignored -> chosen.add(rule);
          case Condition.Answer.No ignored ->
              no = condition(rule, Reason.CONDITION_FALSE, "is false");
          case Condition.Answer.Failed(String why) ->
              failed = condition(rule, Reason.CONDITION_ERROR, why);
        }
      }
    }
    if (!chosen.isEmpty()) {
      return new Chosen<>(chosen, null);
    }
    if (failed != null || no != null) {
      return new Chosen<>(chosen, failed != null ? failed : no);
    }
    return new Chosen<>(
        chosen, new Refused(nothing, "nothing that is asked for is given by " + names(accepted)));
  }

  private static Refused condition(GrantRule<?> rule, Reason reason, String how) {
    return new Refused(reason, "condition of grant \"" + rule.name() + "\" " + how);
  }

  private static Refused unbound(ResourceTerms resource) {
    return new Refused(
        Reason.BINDING_REQUIRED,
        "resource \"" + resource.name() + "\" wants binding \"" + resource.binding().word() + "\"");
  }

  private static Refused struckHere() {
    return new Refused(
        Reason.EVIDENCE_KIND_NOT_ACCEPTED,
        "evidence that this broker struck itself gives no other SVID");
  }

  private Identity identity(Collection<? extends GrantRule<? extends Issue.Svid>> chosen) {
    Set<WorkloadId> ids = new HashSet<>();
    for (GrantRule<? extends Issue.Svid> rule : chosen) {
      try {
        ids.add(rule.issue().id().apply(facts.id()));
      } catch (MalformedWorkloadId e) {
        return new Identity.None(
            new Refused(
                Reason.IDENTITY_MALFORMED, "grant \"" + rule.name() + "\": " + e.getMessage()));
      }
    }
    if (ids.size() != 1) {
      return new Identity.None(
          new Refused(Reason.NO_GRANT, "grants name different identities: " + names(chosen)));
    }
    WorkloadId id = ids.iterator().next();
    return IdentityTemplate.isReserved(id)
        ? new Identity.None(
            new Refused(Reason.NO_GRANT, "identity \"" + id + "\" is the broker's own"))
        : new Identity.Of(id);
  }

  private Verdict granted(
      Decision.Terms terms,
      List<? extends GrantRule<?>> chosen,
      List<ResourceTerms> resources,
      boolean outlivesEvidence) {
    Duration lifetime = ask.lifetime();
    for (GrantRule<?> rule : chosen) {
      lifetime =
          lifetime == null ? rule.issue().lifetime() : min(lifetime, rule.issue().lifetime());
    }
    for (ResourceTerms resource : resources) {
      Duration limit = resource.maxLifetime();
      lifetime = limit == null || lifetime == null ? lifetime : min(lifetime, limit);
    }
    Instant expiresAt = lifetime == null ? now : now.plus(lifetime);
    if (!outlivesEvidence && facts.expiresAt().isBefore(expiresAt)) {
      expiresAt = facts.expiresAt();
    }
    if (!expiresAt.isAfter(now) || !facts.expiresAt().isAfter(now)) {
      return new Refused(Reason.EVIDENCE_EXPIRED, "the evidence has expired");
    }
    return new Granted(terms, expiresAt, sortedNames(chosen));
  }

  private static boolean outlives(Collection<? extends GrantRule<? extends Issue.Svid>> chosen) {
    return chosen.stream().allMatch(rule -> rule.issue().outlivesEvidence());
  }

  private static Set<Scope> scopes(List<GrantRule<Issue.Token>> rules) {
    if (rules.size() == 1) {
      return rules.getFirst().issue().scopes();
    }
    Set<Scope> scopes = new HashSet<>();
    rules.forEach(rule -> scopes.addAll(rule.issue().scopes()));
    return scopes;
  }

  private static List<String> sortedNames(Collection<? extends GrantRule<?>> rules) {
    return rules.stream().map(GrantRule::name).distinct().sorted().toList();
  }

  private static String names(Collection<? extends GrantRule<?>> rules) {
    List<String> names = sortedNames(rules);
    String shown = String.join("\", \"", names.subList(0, Math.min(8, names.size())));
    return "\"" + shown + (names.size() > 8 ? "\" …" : "\"");
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  private static Duration max(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  /** Grants that apply, or why none does. */
  private record Chosen<I extends Issue>(List<GrantRule<I>> rules, @Nullable Refused refused) {}

  /** The one identity that grants agree on, or why there is none. */
  private sealed interface Identity {
    /** It. */
    record Of(WorkloadId id) implements Identity {}

    /** Why not. */
    record None(Refused refused) implements Identity {}
  }
}

package io.mintmark.policy;

import io.mintmark.policy.Verdict.Granted;
import io.mintmark.policy.Verdict.Refused;
import io.mintmark.workload.Ask;
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
                    List<GrantRule<Issue.Token>> accepted = tokens(resource).accepted();
                    return question(
                            wanted.scopes().isEmpty() ? scopes(accepted) : wanted.scopes(),
                            accepted)
                        .about(wanted.target(), resource);
                  });
      case Ask.JwtSvid ignored -> Optional.of(question(Set.of(), jwtSvids().accepted()));
      case Ask.X509Svid ignored -> Optional.of(question(Set.of(), x509Svids().accepted()));
    };
  }

  private Verdict accessToken(Ask.AccessToken wanted) {
    ResourceTerms resource = rules.resource(wanted.target());
    if (resource == null) {
      return new Refused(
          Reason.RESOURCE_UNKNOWN,
          "no resource has the audience \"" + Texts.shown(wanted.target(), MAX_NAME) + "\"");
    }
    Candidates<Issue.Token> grants = tokens(resource);
    Set<Scope> asked = wanted.scopes();
    Set<Scope> inQuestion = asked.isEmpty() ? scopes(grants.accepted()) : asked;
    Question question = question(inQuestion, grants.accepted()).about(wanted.target(), resource);
    Refused refused = objection(question, grants);
    if (refused != null) {
      return refused;
    }
    Candidates.Chosen<Issue.Token> chosen =
        grants.choose(
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
    Candidates<Issue.Jwt> grants = jwtSvids();
    Question question = question(Set.of(), grants.accepted());
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
      refused = grants.objection(facts, ask);
    }
    if (refused != null) {
      return refused;
    }
    Candidates.Chosen<Issue.Jwt> chosen =
        grants.choose(
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
    return switch (SvidIdentity.of(chosen.rules(), facts.id())) {
      case SvidIdentity.Agreed(WorkloadId id) ->
          granted(
              new Decision.JwtSvid(id, wanted.audiences()),
              chosen.rules(),
              resources,
              outlives(chosen.rules()));
      case SvidIdentity.None(Refused none) -> none;
    };
  }

  private Verdict x509Svid(Ask.X509Svid wanted) {
    if (facts.struckHere()) {
      return struckHere();
    }
    Candidates<Issue.X509> grants = x509Svids();
    Question question = question(Set.of(), grants.accepted());
    Refused refused = objection(question, grants);
    if (refused != null) {
      return refused;
    }
    Candidates.Chosen<Issue.X509> chosen = grants.choose(issue -> true, question, Reason.NO_GRANT);
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
          Reason.NO_GRANT,
          "grants name different common names: " + GrantRule.quoted(chosen.rules()));
    }
    return switch (SvidIdentity.of(chosen.rules(), facts.id())) {
      case SvidIdentity.Agreed(WorkloadId id) ->
          granted(
              new Decision.X509Svid(
                  id,
                  wanted.key(),
                  List.copyOf(dnsNames),
                  commonNames.isEmpty() ? null : commonNames.iterator().next()),
              chosen.rules(),
              List.of(),
              outlives(chosen.rules()));
      case SvidIdentity.None(Refused none) -> none;
    };
  }

  private Candidates<Issue.Token> tokens(ResourceTerms resource) {
    return Candidates.of(rules.tokens(resource, facts.id()), facts.kind());
  }

  private Candidates<Issue.Jwt> jwtSvids() {
    return Candidates.of(rules.jwtSvids(facts.id()), facts.kind());
  }

  private Candidates<Issue.X509> x509Svids() {
    return Candidates.of(rules.x509Svids(facts.id()), facts.kind());
  }

  private @Nullable Refused objection(Question question, Candidates<?> grants) {
    Refused refused = guardrail(question);
    return refused == null ? grants.objection(facts, ask) : refused;
  }

  private @Nullable Refused guardrail(Question question) {
    return GuardrailRule.first(rules.guardrails(facts.id(), question.resource()), question);
  }

  private Question question(Set<Scope> scopes, Collection<? extends GrantRule<?>> accepted) {
    Duration asked = ask.lifetime();
    Duration lifetime = asked == null ? Lifetimes.longest(accepted) : asked;
    return new Question(facts, rules.inventory(facts.id()), ask, scopes, lifetime, null, null, now);
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

  private Verdict granted(
      Decision.Terms terms,
      List<? extends GrantRule<?>> chosen,
      List<ResourceTerms> resources,
      boolean outlivesEvidence) {
    Duration lifetime = Lifetimes.shortest(ask.lifetime(), chosen, resources);
    Instant expiresAt = lifetime == null ? now : now.plus(lifetime);
    if (!outlivesEvidence && facts.expiresAt().isBefore(expiresAt)) {
      expiresAt = facts.expiresAt();
    }
    if (!expiresAt.isAfter(now) || !facts.expiresAt().isAfter(now)) {
      return new Refused(Reason.EVIDENCE_EXPIRED, "the evidence has expired");
    }
    return new Granted(terms, expiresAt, GrantRule.names(chosen));
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
}

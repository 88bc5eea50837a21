package io.mintmark.policy;

import io.mintmark.policy.Explanation.Clause;
import io.mintmark.policy.Explanation.Rule;
import io.mintmark.workload.Ask;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import io.mintmark.workload.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every rule for one request. The decision itself is the deliberation's, so an explanation
 * never tells another outcome than the decision.
 */
final class Explainer {
  /** An explanation names no more grants than this, the nearest to applying. */
  private static final int MAX_GRANTS = 1000;

  private final String version;
  private final Rules rules;
  private final Facts facts;
  private final Ask ask;
  private final Instant now;
  private final @Nullable Question question;
  private final @Nullable Answers answers;

  Explainer(String version, Rules rules, Facts facts, Ask ask, Instant now) {
    this.version = version;
    this.rules = rules;
    this.facts = facts;
    this.ask = ask;
    this.now = now;
    Question asked = new Deliberation(rules, facts, ask, now).question().orElse(null);
    this.question = asked;
    this.answers = asked == null ? null : new Answers(asked);
  }

  Explanation explain() {
    List<Rule> guardrails = guardrails();
    List<Rule> grants = new ArrayList<>();
    for (GrantRule<?> grant : rules.grants()) {
      grants.add(grant(grant));
    }
    grants.sort(Comparator.comparingInt(Explainer::distance).thenComparing(Rule::name));
    int others = Math.max(0, grants.size() - MAX_GRANTS);
    grants.subList(grants.size() - others, grants.size()).clear();
    return switch (new Deliberation(rules, facts, ask, now).verdict()) {
      case Verdict.Granted granted ->
          explanation(true, null, "granted", null, given(granted), guardrails, grants, others);
      case Verdict.Refused(var reason, var detail, var guardrail) ->
          explanation(false, reason, detail, guardrail, null, guardrails, grants, others);
    };
  }

  /** How far a grant is from applying; one for something else is farthest. */
  private static int distance(Rule rule) {
    int distance = 0;
    for (Clause clause : rule.clauses()) {
      if (!clause.holds()) {
        distance += clause.name().startsWith("issue.") ? 4 : 1;
      }
    }
    return distance;
  }

  private Explanation explanation(
      boolean granted,
      @Nullable Reason reason,
      String detail,
      @Nullable String guardrail,
      Explanation.@Nullable Given given,
      List<Rule> guardrails,
      List<Rule> grants,
      int others) {
    return new Explanation(
        version,
        facts.id().uri(),
        facts.kind().word(),
        facts.issuer(),
        ask.wanted().kind().word(),
        audiences(),
        ask.wanted() instanceof Ask.AccessToken token ? words(token.scopes()) : List.of(),
        now,
        granted,
        reason,
        detail,
        guardrail,
        given,
        guardrails,
        grants,
        others);
  }

  private List<String> audiences() {
    return switch (ask.wanted()) {
      case Ask.AccessToken token -> List.of(token.target());
      case Ask.JwtSvid svid -> svid.audiences().stream().sorted().toList();
      case Ask.X509Svid ignored -> List.of();
    };
  }

  private Explanation.Given given(Verdict.Granted granted) {
    long seconds = Duration.between(now, granted.expiresAt()).toSeconds();
    return switch (granted.terms()) {
      case Decision.AccessToken token ->
          new Explanation.Given(
              null,
              words(token.scopes()),
              List.of(token.audience()),
              List.of(),
              token.certificateThumbprint() != null,
              seconds,
              granted.grants());
      case Decision.JwtSvid svid ->
          new Explanation.Given(
              svid.id().uri(),
              List.of(),
              svid.audiences().stream().sorted().toList(),
              List.of(),
              false,
              seconds,
              granted.grants());
      case Decision.X509Svid svid ->
          new Explanation.Given(
              svid.id().uri(),
              List.of(),
              List.of(),
              svid.dnsNames(),
              true,
              seconds,
              granted.grants());
    };
  }

  private List<Rule> guardrails() {
    Question asked = question;
    if (asked == null) {
      return List.of();
    }
    List<Rule> found = new ArrayList<>();
    for (Question one : questions(asked)) {
      rules.guardrails(facts.id(), one.resource()).stream()
          .filter(one::concerns)
          .map(rule -> guardrail(rule, one))
          .filter(rule -> !found.contains(rule))
          .forEach(found::add);
    }
    found.sort(Comparator.comparing(Rule::applies).reversed().thenComparing(Rule::name));
    return found;
  }

  /** One question for each audience of a JWT-SVID, as guardrails see it. */
  private List<Question> questions(Question asked) {
    return ask.wanted() instanceof Ask.JwtSvid
        ? audiences().stream()
            .map(audience -> asked.about(audience, rules.resource(audience)))
            .toList()
        : List.of(asked);
  }

  private static Rule guardrail(GuardrailRule rule, Question asked) {
    List<Clause> clauses = new ArrayList<>();
    WorkloadPattern workload = rule.workload();
    if (workload != null) {
      clauses.add(new Clause("match.workload", true, workload.toString()));
    }
    if (rule.resource() != null) {
      clauses.add(new Clause("match.resource", true, rule.resource()));
    }
    Condition.Answer answer = rule.deny().ask(asked);
    Clause deny = condition("deny", rule.deny(), answer, asked);
    // what cannot be evaluated refuses as well
    boolean refuses = !(answer instanceof Condition.Answer.No);
    clauses.add(new Clause("deny", refuses, deny.detail()));
    return new Rule(rule.name(), rule.owner(), refuses, clauses);
  }

  private Rule grant(GrantRule<?> grant) {
    List<Clause> clauses = new ArrayList<>();
    clauses.add(
        new Clause("workload", grant.workload().matches(facts.id()), grant.workload().toString()));
    clauses.add(
        new Clause(
            "evidence",
            grant.evidence().contains(facts.kind()),
            String.join(
                ", ", grant.evidence().stream().map(EvidenceKind::word).sorted().toList())));
    clauses.add(issue(grant));
    Condition when = grant.when();
    Question asked = question;
    Answers known = answers;
    if (when != null
        && asked != null
        && known != null
        && clauses.stream().allMatch(Clause::holds)) {
      String tooMuch = known.objection(when);
      clauses.add(
          tooMuch == null
              ? condition("when", when, known.to(when), asked)
              : new Clause("when", false, tooMuch));
    }
    return new Rule(grant.name(), grant.owner(), clauses.stream().allMatch(Clause::holds), clauses);
  }

  private Clause issue(GrantRule<?> grant) {
    boolean gives = givesKind(grant) && targets(grant);
    String prefix = givesKind(grant) ? "" : "not asked for; ";
    return switch (grant.issue()) {
      case Issue.Token token -> {
        boolean scopes =
            !(ask.wanted() instanceof Ask.AccessToken wanted)
                || wanted.scopes().isEmpty()
                || wanted.scopes().stream().anyMatch(token.scopes()::contains);
        yield new Clause(
            "issue.accessToken",
            gives && scopes,
            prefix
                + "resource "
                + token.resource().name()
                + ", scopes "
                + join(words(token.scopes())));
      }
      case Issue.Jwt jwt ->
          new Clause(
              "issue.jwtSvid",
              gives,
              prefix + "audiences " + join(jwt.audiences().stream().sorted().toList()));
      case Issue.X509 x509 ->
          new Clause("issue.x509Svid", gives, prefix + "DNS names " + join(x509.dnsNames()));
    };
  }

  private boolean givesKind(GrantRule<?> grant) {
    return switch (grant.issue()) {
      case Issue.Token ignored -> ask.wanted() instanceof Ask.AccessToken;
      case Issue.Jwt ignored -> ask.wanted() instanceof Ask.JwtSvid;
      case Issue.X509 ignored -> ask.wanted() instanceof Ask.X509Svid;
    };
  }

  /** Whether the grant is for the resource or one of the audiences asked for. */
  private boolean targets(GrantRule<?> grant) {
    return switch (grant.issue()) {
      case Issue.Token token -> audiences().contains(token.resource().audience());
      case Issue.Jwt jwt -> audiences().stream().anyMatch(jwt.audiences()::contains);
      case Issue.X509 ignored -> true;
    };
  }

  private static Clause condition(
      String name, Condition condition, Condition.Answer answer, Question asked) {
    String values = join(condition.values(asked));
    String source = condition.source().strip().replaceAll("\\s+", " ");
    return switch (answer) {
      case Condition.Answer.Yes ignored -> new Clause(name, true, source + ": true, as " + values);
      case Condition.Answer.No ignored -> new Clause(name, false, source + ": false, as " + values);
      case Condition.Answer.Failed(String why) ->
          new Clause(name, false, source + ": " + why + "; " + values);
    };
  }

  private static List<String> words(Set<Scope> scopes) {
    return scopes.stream().map(Scope::value).sorted().toList();
  }

  private static String join(Collection<String> words) {
    return words.isEmpty() ? "none" : String.join(", ", words);
  }
}

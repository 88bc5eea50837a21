package io.mintmark.policy;

import io.mintmark.policy.Explanation.Clause;
import io.mintmark.policy.Explanation.Rule;
import java.time.Duration;
import java.util.List;

/** An explanation as text of at most 80 columns, where single words allow. */
final class ExplanationText {
  private static final int COLUMNS = 80;
  private static final int MAX_REFUSED_GRANTS = 20;

  private final StringBuilder text = new StringBuilder();

  ExplanationText(Explanation explanation, boolean whole) {
    Explanation.Given given = explanation.given();
    if (given == null) {
      line("", "denied: " + explanation.reason());
      line("  ", explanation.detail());
    } else {
      line("", "granted for " + Texts.duration(Duration.ofSeconds(given.lifetimeSeconds())));
      labelled("identity", given.id() == null ? List.of() : List.of(given.id()));
      labelled("scopes", given.scopes());
      labelled("dns names", given.dnsNames());
      labelled("by", given.grants());
    }
    text.append('\n');
    labelled("workload", List.of(explanation.workload()));
    labelled("evidence", List.of(explanation.evidence() + " of " + explanation.issuer()));
    labelled("asks", List.of(explanation.credential()));
    labelled("for", explanation.target());
    labelled("scopes", explanation.scopes());
    labelled("at", List.of(explanation.time().toString()));
    labelled("policy", List.of(explanation.policyVersion().substring(0, 12)));
    guardrails(explanation);
    grants(explanation, whole);
  }

  private void guardrails(Explanation explanation) {
    text.append("\nguardrails\n");
    if (explanation.guardrails().isEmpty()) {
      line("  ", "none looks at this request");
    }
    explanation.guardrails().forEach(rule -> rule(rule, "refuses", "passes"));
  }

  private void grants(Explanation explanation, boolean whole) {
    text.append("\ngrants\n");
    int hidden = 0;
    int shown = 0;
    for (Rule rule : explanation.grants()) {
      if (whole || rule.applies() || (shown < MAX_REFUSED_GRANTS && comesNear(rule))) {
        rule(rule, "applies", "does not apply");
        shown++;
      } else {
        hidden++;
      }
    }
    int others = explanation.otherGrants() + hidden;
    if (others > 0) {
      line("  ", others + " more for other workloads or other things" + (whole ? "" : "; --all"));
    } else if (shown == 0) {
      line("  ", "none");
    }
  }

  /** Whether a grant is for this workload or for what was asked. */
  private static boolean comesNear(Rule rule) {
    return rule.clauses().stream()
        .anyMatch(
            clause ->
                clause.holds()
                    && (clause.name().equals("workload") || clause.name().startsWith("issue.")));
  }

  private void rule(Rule rule, String applies, String not) {
    line(
        "  ",
        (rule.applies() ? "* " : "- ")
            + rule.name()
            + " "
            + (rule.applies() ? applies : not)
            + " (owner "
            + rule.owner()
            + ")");
    for (Clause clause : rule.clauses()) {
      line("      ", (clause.holds() ? "yes " : "no  ") + clause.name() + ": " + clause.detail());
    }
  }

  private void labelled(String label, List<String> values) {
    if (!values.isEmpty()) {
      line("  ", "%-10s".formatted(label) + String.join(", ", values));
    }
  }

  /**
   * Breaks at spaces; what follows the first line is indented by four more. Whoever wrote a rule
   * writes its words, and nothing else to the terminal of whoever asks.
   */
  private void line(String indent, String content) {
    String rest = Texts.shown(content, content.length());
    String margin = indent;
    while (margin.length() + rest.length() > COLUMNS) {
      int room = COLUMNS - margin.length();
      int space = rest.lastIndexOf(' ', room);
      if (space <= 0 || rest.substring(0, space).isBlank()) {
        space = rest.indexOf(' ', room);
      }
      if (space < 0) {
        break;
      }
      text.append(margin).append(rest, 0, space).append('\n');
      rest = rest.substring(space + 1);
      margin = indent + "    ";
    }
    text.append(margin).append(rest).append('\n');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}

package io.mintmark.exchange;

import io.mintmark.credential.Credential;
import io.mintmark.exchange.Exchange.Entry;
import io.mintmark.ledger.LedgerRecord;
import io.mintmark.policy.Decision;
import io.mintmark.workload.Ask;
import io.mintmark.workload.AttestedWorkload;
import io.mintmark.workload.Reason;
import io.mintmark.workload.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns outcomes into ledger records. */
final class Records {
  /** What a caller names is kept, but not without end. */
  private static final int MAX_TARGET = 2048;

  private static final int MAX_LISTED = 64;

  /** Names of grants are their namespaces', and a record is kept for years. */
  private static final int MAX_GRANTS = 16;

  private Records() {}

  static LedgerRecord minted(Entry entry, Credential credential) {
    Decision.Grant grant = credential.grant();
    Target target =
        switch (grant.terms()) {
          case Decision.AccessToken token ->
              new Target(token.audience(), sorted(token.scopes()), null);
          case Decision.JwtSvid svid ->
              new Target(
                  String.join(" ", svid.audiences().stream().sorted().toList()),
                  List.of(),
                  svid.id().uri());
          case Decision.X509Svid svid -> new Target(null, List.of(), svid.id().uri());
        };
    long lifetime = Duration.between(entry.time(), credential.expiresAt()).toSeconds();
    return new LedgerRecord(
        entry.time(),
        "minted",
        null,
        null,
        entry.decisionId(),
        grant.workload().id().uri(),
        entry.evidence(),
        grant.terms().kind().word(),
        target.name(),
        target.scopes(),
        lifetime,
        credential.serial(),
        target.subject(),
        applied(grant.grants()),
        grant.policyVersion(),
        grant.ask().delegation().actors(),
        entry.source().getHostAddress(),
        entry.traceparent(),
        null,
        null);
  }

  /** The first grants by name, and how many more there are. */
  static List<String> applied(List<String> grants) {
    if (grants.size() <= MAX_GRANTS) {
      return grants;
    }
    List<String> named = new ArrayList<>(grants.subList(0, MAX_GRANTS));
    named.add("and " + (grants.size() - MAX_GRANTS) + " more");
    return named;
  }

  static LedgerRecord denied(Entry entry, Decision.Denial denial) {
    return unsuccessful(entry, "denied", denial.reason(), denial.detail(), denial.policyVersion());
  }

  static LedgerRecord refused(Entry entry, Reason reason, @Nullable String detail) {
    return unsuccessful(entry, "refused", reason, detail, null);
  }

  private static LedgerRecord unsuccessful(
      Entry entry,
      String outcome,
      Reason reason,
      @Nullable String detail,
      @Nullable String policyVersion) {
    Ask ask = entry.ask();
    AttestedWorkload workload = entry.workload();
    Target target = ask == null ? Target.NONE : asked(ask);
    return new LedgerRecord(
        entry.time(),
        outcome,
        reason.word(),
        detail,
        entry.decisionId(),
        workload == null ? null : workload.id().uri(),
        entry.evidence(),
        ask == null ? null : ask.wanted().kind().word(),
        target.name(),
        target.scopes(),
        null,
        null,
        null,
        List.of(),
        policyVersion,
        ask == null ? List.of() : ask.delegation().actors(),
        entry.source().getHostAddress(),
        entry.traceparent(),
        null,
        null);
  }

  private static Target asked(Ask ask) {
    return switch (ask.wanted()) {
      case Ask.AccessToken token ->
          new Target(
              bounded(token.target()),
              sorted(token.scopes()).stream().limit(MAX_LISTED).toList(),
              null);
      case Ask.JwtSvid svid ->
          new Target(
              bounded(
                  String.join(" ", svid.audiences().stream().sorted().limit(MAX_LISTED).toList())),
              List.of(),
              null);
      case Ask.X509Svid svid -> Target.NONE;
    };
  }

  private static List<String> sorted(Collection<Scope> scopes) {
    return scopes.stream().map(Scope::value).sorted().toList();
  }

  private static String bounded(String text) {
    return text.length() <= MAX_TARGET ? text : text.substring(0, MAX_TARGET);
  }

  /**
   * What a credential is for: the resource or audiences, the scopes, and the subject of an SVID.
   */
  private record Target(@Nullable String name, List<String> scopes, @Nullable String subject) {
    static final Target NONE = new Target(null, List.of(), null);
  }
}

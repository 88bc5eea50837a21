package io.mintmark.ledger;

import io.mintmark.workload.EvidenceSummary;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One outcome, flat. The journal adds {@code seq}. Members that are null or empty are left out of
 * the line; none of them ever holds a credential or evidence.
 *
 * @param outcome {@code minted}, {@code denied}, {@code refused}, {@code summary}, {@code admin},
 *     {@code started}
 * @param lifetimeSeconds the struck credential's lifetime; null where nothing was struck
 * @param serial {@code jti} or certificate serial number
 * @param policy the version digest of the policy that decided
 * @param count how many refusals a {@code summary} stands for; null otherwise
 * @param action what an operator's call or an act of the broker's own is about; null otherwise
 */
public record LedgerRecord(
    Instant time,
    String outcome,
    @Nullable String reason,
    @Nullable String detail,
    String decisionId,
    @Nullable String workload,
    @Nullable EvidenceSummary evidence,
    @Nullable String credential,
    @Nullable String resource,
    List<String> scopes,
    @Nullable Long lifetimeSeconds,
    @Nullable String serial,
    @Nullable String subject,
    List<String> grants,
    @Nullable String policy,
    List<String> actors,
    @Nullable String source,
    @Nullable String traceparent,
    @Nullable Long count,
    @Nullable String action) {
  public LedgerRecord {
    scopes = List.copyOf(scopes);
    grants = List.copyOf(grants);
    actors = List.copyOf(actors);
  }

  /** What the log says of itself, which no request and no decision stands behind. */
  static LedgerRecord ofTheLog(
      Instant time,
      String outcome,
      @Nullable String reason,
      @Nullable String detail,
      @Nullable Long count) {
    return new LedgerRecord(
        time, outcome, reason, detail, "", null, null, null, null, List.of(), null, null, null,
        List.of(), null, List.of(), null, null, count, null);
  }
}

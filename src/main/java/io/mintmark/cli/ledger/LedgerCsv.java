package io.mintmark.cli.ledger;

import io.mintmark.ledger.LedgerEntry;
import io.mintmark.ledger.LedgerRecord;
import io.mintmark.workload.EvidenceSummary;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Records as CSV (RFC 4180), every cell in quotes. A cell that a spreadsheet would run as a formula
 * begins with an apostrophe instead (CSV injection).
 */
final class LedgerCsv {
  static final String HEADER =
      "seq,time,outcome,reason,decision_id,workload,evidence_kind,evidence_issuer,evidence_sha256,"
          + "credential,resource,scopes,lifetime,id,subject,grants,policy,actors,source,detail,"
          + "traceparent,count,action\r\n";

  private LedgerCsv() {}

  static String row(LedgerEntry entry) {
    LedgerRecord record = entry.record();
    EvidenceSummary evidence = record.evidence();
    return cells(
        entry.seq(),
        record.time(),
        record.outcome(),
        record.reason(),
        record.decisionId(),
        record.workload(),
        evidence == null ? null : evidence.kind(),
        evidence == null ? null : evidence.issuer(),
        evidence == null ? null : evidence.sha256(),
        record.credential(),
        record.resource(),
        String.join(" ", record.scopes()),
        record.lifetimeSeconds(),
        record.serial(),
        record.subject(),
        String.join(" ", record.grants()),
        record.policy(),
        String.join(" ", record.actors()),
        record.source(),
        record.detail(),
        record.traceparent(),
        record.count(),
        record.action());
  }

  private static String cells(@Nullable Object... values) {
    return Arrays.stream(values).map(LedgerCsv::cell).collect(Collectors.joining(",", "", "\r\n"));
  }

  static String cell(@Nullable Object value) {
    String text = value == null ? "" : value.toString();
    String safe = text.matches("(?s)\\s*[=+\\-@\\t\\r\\n|].*") ? "'" + text : text;
    return '"' + safe.replace("\"", "\"\"").replaceAll("[\\p{Cc}\\u2028\\u2029]", " ") + '"';
  }
}

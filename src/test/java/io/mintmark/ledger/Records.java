package io.mintmark.ledger;

import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.EvidenceSummary;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records for tests. */
public final class Records {
  public static final Instant NOON = Instant.parse("2026-11-22T12:00:00.123456Z");

  private Records() {}

  static LedgerRecord minted(int number) {
    return minted(number, null);
  }

  public static LedgerRecord minted(int number, @Nullable String detail) {
    return minted(number, detail, null);
  }

  public static LedgerRecord minted(int number, @Nullable String detail, @Nullable String action) {
    return new LedgerRecord(
        NOON.plusSeconds(number),
        "minted",
        null,
        detail,
        "decision-" + number,
        "spiffe://prod.example.org/ns/payments/sa/orders",
        new EvidenceSummary(EvidenceKind.JWT_SVID, "prod.example.org", "ab".repeat(32)),
        "access-token",
        "https://ledger.example.org",
        List.of("ledger:read", "ledger:write"),
        300L,
        "jti-" + number,
        "spiffe://prod.example.org/ns/payments/sa/orders",
        List.of("orders-reads-ledger"),
        "sha256:" + "cd".repeat(32),
        List.of(),
        "192.0.2.7",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        null,
        action);
  }

  public static LedgerRecord refused(Instant time, String reason, @Nullable String source) {
    return new LedgerRecord(
        time,
        "refused",
        reason,
        null,
        "decision",
        null,
        null,
        null,
        null,
        List.of(),
        null,
        null,
        null,
        List.of(),
        null,
        List.of(),
        source,
        null,
        null,
        null);
  }
}

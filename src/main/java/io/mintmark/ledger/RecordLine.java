package io.mintmark.ledger;

import io.mintmark.workload.CredentialKind;
import io.mintmark.workload.EvidenceSummary;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A record as its line, and how a record that is too long is made to fit. */
final class RecordLine {
  /** Most bytes of a line, its newline not counted. */
  static final int LONGEST = 60_000;

  /** What the member {@code seq} and the newline may take, in bytes. */
  private static final int HEAD = 32;

  /** A member longer than this gives way to its hash in a line that is too long. */
  private static final int LONG_MEMBER = 1_000;

  private RecordLine() {}

  /**
   * All of the line after the value of {@code seq}, ended by a newline. A detail, and then other
   * members, give way to {@code sha256:} and their hash where the line would be too long.
   */
  static byte[] afterSeq(LedgerRecord entry) {
    byte[] bytes = write(entry);
    if (bytes.length + HEAD > LONGEST) {
      bytes = write(withDetail(entry, hashed(entry.detail(), 0)));
    }
    if (bytes.length + HEAD > LONGEST) {
      bytes = write(shortened(entry));
    }
    return bytes;
  }

  private static byte[] write(LedgerRecord entry) {
    RecordText text = new RecordText();
    text.member("time", RecordText.time(entry.time()))
        .member("outcome", entry.outcome())
        .member("reason", entry.reason())
        .member("decision_id", entry.decisionId())
        .member("workload", entry.workload());
    EvidenceSummary evidence = entry.evidence();
    if (evidence != null) {
      text.open("evidence")
          .member("kind", evidence.kind() == null ? null : evidence.kind().word())
          .member("issuer", evidence.issuer())
          .member("sha256", evidence.sha256())
          .close();
    }
    boolean certificate = CredentialKind.X509_SVID.word().equals(entry.credential());
    return text.member("credential", entry.credential())
        .member("resource", entry.resource())
        .member("scopes", entry.scopes())
        .member("lifetime", entry.lifetimeSeconds())
        .member(certificate ? "serial" : "jti", entry.serial())
        .member("subject", entry.subject())
        .member("grants", entry.grants())
        .member("policy", entry.policy())
        .member("actors", entry.actors())
        .member("source", entry.source())
        .member("detail", entry.detail())
        .member("traceparent", entry.traceparent())
        .member("count", entry.count())
        .member("action", entry.action())
        .close()
        .line();
  }

  private static LedgerRecord withDetail(LedgerRecord e, @Nullable String detail) {
    return new LedgerRecord(
        e.time(),
        e.outcome(),
        e.reason(),
        detail,
        e.decisionId(),
        e.workload(),
        e.evidence(),
        e.credential(),
        e.resource(),
        e.scopes(),
        e.lifetimeSeconds(),
        e.serial(),
        e.subject(),
        e.grants(),
        e.policy(),
        e.actors(),
        e.source(),
        e.traceparent(),
        e.count(),
        e.action());
  }

  private static LedgerRecord shortened(LedgerRecord e) {
    EvidenceSummary evidence = e.evidence();
    return new LedgerRecord(
        e.time(),
        bounded(e.outcome()),
        hashed(e.reason(), LONG_MEMBER),
        hashed(e.detail(), 0),
        bounded(e.decisionId()),
        hashed(e.workload(), LONG_MEMBER),
        evidence == null
            ? null
            : new EvidenceSummary(
                evidence.kind(),
                hashed(evidence.issuer(), LONG_MEMBER),
                bounded(evidence.sha256())),
        hashed(e.credential(), LONG_MEMBER),
        hashed(e.resource(), LONG_MEMBER),
        hashed(e.scopes()),
        e.lifetimeSeconds(),
        hashed(e.serial(), LONG_MEMBER),
        hashed(e.subject(), LONG_MEMBER),
        hashed(e.grants()),
        hashed(e.policy(), LONG_MEMBER),
        hashed(e.actors()),
        hashed(e.source(), LONG_MEMBER),
        hashed(e.traceparent(), LONG_MEMBER),
        e.count(),
        hashed(e.action(), LONG_MEMBER));
  }

  private static String bounded(String value) {
    return value.length() <= LONG_MEMBER / 4 ? value : "sha256:" + sha256(value);
  }

  private static @Nullable String hashed(@Nullable String value, int longest) {
    return value == null || value.length() * 4 <= longest ? value : "sha256:" + sha256(value);
  }

  /** A list gives way as a whole: its hash is that of its values, each ended by a newline. */
  private static List<String> hashed(List<String> values) {
    String all = String.join("\n", values) + "\n";
    return all.length() * 4 <= LONG_MEMBER ? values : List.of("sha256:" + sha256(all));
  }

  private static String sha256(String value) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }
}

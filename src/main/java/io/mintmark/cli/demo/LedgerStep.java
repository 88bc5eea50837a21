package io.mintmark.cli.demo;

import io.mintmark.ledger.LedgerEntry;
import io.mintmark.ledger.LedgerReader;
import io.mintmark.ledger.LedgerRecord;
import io.mintmark.ledger.Verdict;
import io.mintmark.ledger.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Reads the records of the demonstration as an auditor would, from the data folder. */
final class LedgerStep {
  private static final int MINTED = 3;
  private static final int MOST = 1000;

  /** The newest checkpoint is written at least once a second. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private LedgerStep() {}

  static void check(Step step, Path data) throws IOException, InterruptedException {
    List<LedgerEntry> entries = entries(data);
    for (LedgerEntry entry : entries) {
      LedgerRecord line = entry.record();
      String workload = line.workload();
      String reason = line.reason();
      String credential = line.credential();
      step.saw(
          "record " + entry.seq(),
          "%-7s %-12s %s"
              .formatted(
                  line.outcome(),
                  reason != null ? reason : credential != null ? credential : "",
                  workload == null ? "" : workload));
    }
    step.check("three credentials, three records", count(entries, "minted") == MINTED)
        .check("one denial, one record", count(entries, "denied") == 1);
    Verdict verdict = Verification.verify(data, null, null, seen -> {});
    step.check("the Merkle tree over all records has the signed root", verdict.holds())
        .saw("log", verdict.origin())
        .saw("root", verdict.root());
  }

  private static List<LedgerEntry> entries(Path data) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      List<LedgerEntry> entries = new ArrayList<>();
      LedgerReader.of(data, 0).read(MOST).stream()
          .filter(entry -> isOutcome(entry.record()))
          .forEach(entries::add);
      if (count(entries, "denied") > 0 || System.nanoTime() > deadline) {
        return entries;
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static boolean isOutcome(LedgerRecord line) {
    return line.outcome().equals("minted")
        || line.outcome().equals("denied")
        || line.outcome().equals("refused");
  }

  private static long count(List<LedgerEntry> entries, String outcome) {
    return entries.stream().filter(entry -> entry.record().outcome().equals(outcome)).count();
  }
}

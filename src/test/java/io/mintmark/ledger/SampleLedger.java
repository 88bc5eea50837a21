package io.mintmark.ledger;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/** Makes a ledger for outside programs: {@code DIR RECORDS [SEGMENT-BYTES]}. */
final class SampleLedger {
  private SampleLedger() {}

  public static void main(String[] arguments) throws Exception {
    Path data = Path.of(arguments[0]);
    int records = Integer.parseInt(arguments[1]);
    long segment = arguments.length > 2 ? Long.parseLong(arguments[2]) : 64L << 20;
    Semaphore connections = new Semaphore(32);
    CompletableFuture<?> last = CompletableFuture.completedFuture(null);
    long began = System.nanoTime();
    long[] batches = {0};
    LedgerListener listener =
        new LedgerListener() {
          @Override
          public void synced(int count, long nanos) {
            batches[0]++;
          }
        };
    try (Journal journal =
        Journal.open(
            data,
            JournalSettings.defaults().withSegments(segment, Duration.ofDays(1)),
            new TestKey(7),
            InstantSource.system(),
            listener)) {
      for (int i = 0; i < records; i++) {
        connections.acquire();
        last =
            journal
                .append(Records.minted(i))
                .whenComplete((seq, failed) -> connections.release())
                .toCompletableFuture();
        if (i == records / 2) {
          last.get();
          Files.copy(data.resolve("ledger/checkpoint"), data.resolve("old-checkpoint"));
        }
      }
      last.get();
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    System.out.printf(
        Locale.ROOT, "%d records in %.2f s, %d syncs%n", records, seconds, batches[0]);
  }
}

import io.mintmark.keys.KeyUse;
import io.mintmark.keys.SigningKey;
import io.mintmark.ledger.CheckpointSigner;
import io.mintmark.ledger.Journal;
import io.mintmark.ledger.JournalSettings;
import io.mintmark.ledger.LedgerListener;
import io.mintmark.ledger.LedgerRecord;
import io.mintmark.storage.files.FileKeyStore;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.EvidenceSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/**
 * Appends issuance records as a broker does to the ledger of a data folder whose broker is stopped,
 * and waits until its closed segments are packed: {@code DATA RECORDS [AT-ONCE]}, 32 at once unless
 * given.
 */
final class WriteRecords {
  private static final Random RANDOM = new Random();
  private static final String POLICY = HexFormat.of().formatHex(bytes(32));

  private record Signer(SigningKey key) implements CheckpointSigner {
    @Override
    public byte[] publicKey() {
      byte[] encoded = key.publicKey().getEncoded();
      return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    }

    @Override
    public byte[] sign(byte[] message) {
      return key.sign(message);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Path data = Path.of(arguments[0]);
    long records = Long.parseLong(arguments[1]);
    int atOnce = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 32;
    long[] syncs = {0};
    LedgerListener listener =
        new LedgerListener() {
          @Override
          public void synced(int count, long nanos) {
            syncs[0]++;
          }
        };
    Semaphore places = new Semaphore(atOnce);
    Throwable[] failed = {null};
    InstantSource clock = InstantSource.system();
    long began = System.nanoTime();
    // this process may be paused for others' measurements: that is no disk that does not answer
    JournalSettings settings = JournalSettings.defaults().withPatience(Duration.ofHours(1));
    try (Journal journal = Journal.open(data, settings, new Signer(key(data)), clock, listener)) {
      for (long i = 0; i < records && failed[0] == null; i++) {
        places.acquire();
        journal
            .append(record(clock.instant()))
            .whenComplete(
                (seq, problem) -> {
                  failed[0] = problem == null ? failed[0] : problem;
                  places.release();
                });
      }
      places.acquire(atOnce);
      if (failed[0] != null) {
        throw new IOException(failed[0]);
      }
      double wrote = (System.nanoTime() - began) / 1e9;
      long plain = plain(data);
      while (plain(data) > 1) {
        Thread.sleep(200);
      }
      System.out.printf(
          Locale.ROOT,
          "{\"records\": %d, \"write_seconds\": %.1f, \"records_a_sync\": %.1f,"
              + " \"unpacked_at_the_end\": %d, \"packed_after_seconds\": %.1f}%n",
          records,
          wrote,
          (double) records / syncs[0],
          plain - 1,
          (System.nanoTime() - began) / 1e9 - wrote);
    }
  }

  private static SigningKey key(Path data) throws IOException {
    return new FileKeyStore(data.resolve("keys"))
        .load().keys().stream()
            .filter(kept -> kept.use() == KeyUse.CHECKPOINT)
            .findFirst()
            .orElseThrow()
            .key();
  }

  private static long plain(Path data) throws IOException {
    try (Stream<Path> files = Files.list(data.resolve("ledger"))) {
      return files.filter(file -> file.toString().endsWith(".jsonl")).count();
    }
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  /** What `exchange` records of an access token, with the lengths of a small production policy. */
  private static LedgerRecord record(Instant now) {
    int workload = RANDOM.nextInt(500);
    return new LedgerRecord(
        now,
        "minted",
        null,
        null,
        HexFormat.of().formatHex(bytes(12)),
        "spiffe://prod.example.org/ns/team-" + workload % 40 + "/sa/service-" + workload,
        new EvidenceSummary(
            EvidenceKind.JWT_SVID, "prod.example.org", HexFormat.of().formatHex(bytes(32))),
        "access-token",
        "https://api-" + RANDOM.nextInt(60) + ".example.org",
        List.of("ledger:read"),
        300L,
        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(16)),
        null,
        List.of("service-" + workload + "-calls-api"),
        POLICY,
        List.of(),
        "10.0." + RANDOM.nextInt(256) + "." + RANDOM.nextInt(256),
        null,
        null,
        null);
  }
}

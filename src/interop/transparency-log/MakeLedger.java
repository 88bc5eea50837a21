import io.mintmark.ledger.CheckpointSigner;
import io.mintmark.ledger.Journal;
import io.mintmark.ledger.JournalSettings;
import io.mintmark.ledger.LedgerListener;
import io.mintmark.ledger.LedgerRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Makes a ledger of several segments for the check beside it: {@code DIR RECORDS}. */
final class MakeLedger {
  private record Key(KeyPair pair) implements CheckpointSigner {
    @Override
    public byte[] publicKey() {
      byte[] encoded = pair.getPublic().getEncoded();
      return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    }

    @Override
    public byte[] sign(byte[] message) {
      try {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(message);
        return signature.sign();
      } catch (GeneralSecurityException broken) {
        throw new IllegalStateException(broken);
      }
    }
  }

  public static void main(String[] arguments) throws Exception {
    Path data = Path.of(arguments[0]);
    int records = Integer.parseInt(arguments[1]);
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    JournalSettings settings = JournalSettings.defaults().withSegments(100_000, Duration.ofDays(1));
    for (int part = 0; part < 2; part++) {
      try (Journal journal =
          Journal.open(
              data, settings, new Key(pair), InstantSource.system(), LedgerListener.NONE)) {
        CompletableFuture<Long> last = CompletableFuture.completedFuture(0L);
        for (int i = 0; i < records / 2; i++) {
          last = journal.append(entry(i)).toCompletableFuture();
        }
        last.get();
      }
      if (part == 0) {
        Files.copy(data.resolve("ledger/checkpoint"), data.resolve("old-checkpoint"));
      }
    }
  }

  private static LedgerRecord entry(int number) {
    return new LedgerRecord(
        InstantSource.system().instant(),
        "minted",
        null,
        "\u00e9\u4e2d \"" + number + "\"",
        "decision-" + number,
        "spiffe://example.org/ns/a/sa/" + number % 7,
        null,
        "access-token",
        "https://api.example.org",
        List.of("a:read"),
        300L,
        "jti-" + number,
        null,
        List.of("g"),
        "v1",
        List.of(),
        "192.0.2.1",
        null,
        null,
        null);
  }
}

import io.mintmark.ledger.LedgerEntry;
import io.mintmark.ledger.LedgerReader;
import io.mintmark.ledger.Lookup;
import io.mintmark.ledger.Proof;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;

/** Times proofs and look-ups by id in one process, milliseconds: {@code DATA [TIMES]}. */
final class AskLedger {
  public static void main(String[] arguments) throws Exception {
    Path data = Path.of(arguments[0]);
    int times = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 300;
    long size = LedgerReader.of(data, 0).size();
    Random random = new Random(3);
    List<LedgerEntry> some = new ArrayList<>();
    while (some.size() < times) {
      long seq = random.nextLong(size);
      LedgerEntry entry = LedgerReader.of(data, seq).read(1).getFirst();
      if (entry.record().serial() != null) {
        some.add(entry);
      }
    }
    List<Double> proofs = new ArrayList<>();
    List<Double> found = new ArrayList<>();
    for (LedgerEntry entry : some) {
      proofs.add(
          millis(() -> Proof.of(data, entry.seq()).line().contains(entry.record().serial())));
      found.add(
          millis(
              () -> {
                Lookup.Found answer = Lookup.of(data, entry.record().serial());
                return !answer.searched() && answer.entries().contains(entry);
              }));
    }
    List<Double> newest = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      newest.add(millis(() -> !Proof.of(data, size - 1).line().isEmpty()));
    }
    double absent = millis(() -> Lookup.of(data, "no-such-id").entries().isEmpty());
    System.out.printf(
        Locale.ROOT,
        "{%s, %s, %s, \"find_absent\": %.0f}%n",
        figures("prove", proofs),
        figures("prove_newest", newest),
        figures("find", found),
        absent);
  }

  private static double millis(Callable<Boolean> act) throws Exception {
    long began = System.nanoTime();
    if (!act.call()) {
      throw new IllegalStateException("a wrong answer");
    }
    return (System.nanoTime() - began) / 1e6;
  }

  private static String figures(String name, List<Double> all) {
    double first = all.getFirst();
    Collections.sort(all);
    return String.format(
        Locale.ROOT,
        "\"%s_first\": %.1f, \"%s_p50\": %.2f, \"%s_p99\": %.2f",
        name,
        first,
        name,
        all.get(all.size() / 2),
        name,
        all.get(all.size() * 99 / 100));
  }
}

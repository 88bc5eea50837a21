package io.mintmark.cli.ledger;

import io.mintmark.cli.DataFolder;
import io.mintmark.ledger.LedgerReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mintmark ledger tail}. */
@Command(
    name = "tail",
    description = "Prints the newest records as JSON lines.",
    defaultValueProvider = DataFolder.Default.class,
    footerHeading = "%nExample:%n",
    footer = "  mintmark ledger tail /var/lib/mintmark -n 20 -f | jq -r .outcome")
final class LedgerTail implements Callable<Integer> {
  private static final int AT_ONCE = 500;
  private static final long LOOK_AGAIN_NANOS = 200_000_000L;

  @Mixin final LedgerFolder folder = new LedgerFolder();

  @Option(
      names = "-n",
      paramLabel = "COUNT",
      defaultValue = "10",
      description = "How many (default: ${DEFAULT-VALUE}).")
  int count;

  @Option(names = "-f", description = "Goes on with new records until it is stopped.")
  boolean follow;

  @Spec @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    if (count < 0) {
      throw new ParameterException(spec.commandLine(), "-n is a number of records");
    }
    LedgerReader reader = LedgerReader.of(folder.dir, 0);
    reader = LedgerReader.of(folder.dir, Math.max(0, reader.size() - count));
    while (true) {
      List<String> lines = reader.readLines(AT_ONCE);
      lines.forEach(out::println);
      out.flush();
      if (out.checkError() || (lines.isEmpty() && !follow)) {
        return 0;
      }
      if (lines.isEmpty()) {
        LockSupport.parkNanos(LOOK_AGAIN_NANOS);
      }
    }
  }
}

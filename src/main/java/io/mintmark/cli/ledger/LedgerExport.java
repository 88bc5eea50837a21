package io.mintmark.cli.ledger;

import io.mintmark.cli.DataFolder;
import io.mintmark.ledger.LedgerEntry;
import io.mintmark.ledger.LedgerReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mintmark ledger export}. */
@Command(
    name = "export",
    description = "Prints records as JSON lines or CSV.",
    defaultValueProvider = DataFolder.Default.class,
    footerHeading = "%nExample:%n",
    footer = {
      "  mintmark ledger export --format csv --from 2026-11-01 --to 2026-12-01",
      "",
      "--from and --to take a seq, a day or a time (RFC 3339, UTC); --to is left out."
    })
final class LedgerExport implements Callable<Integer> {
  private static final int AT_ONCE = 1000;

  enum Format {
    JSONL,
    CSV
  }

  @Mixin final LedgerFolder folder = new LedgerFolder();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "jsonl",
      description = "jsonl or csv (default: ${DEFAULT-VALUE}).")
  String format = "jsonl";

  @Option(names = "--from", paramLabel = "SEQ|TIME", description = "The first record.")
  @Nullable String from;

  @Option(names = "--to", paramLabel = "SEQ|TIME", description = "The first record left out.")
  @Nullable String to;

  @Spec @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    CommandSpec command = Objects.requireNonNull(spec);
    Format as = format(command);
    Bound lower = Bound.parse(command, "--from", from);
    Bound upper = Bound.parse(command, "--to", to);
    PrintWriter out = command.commandLine().getOut();
    if (as == Format.CSV) {
      out.print(LedgerCsv.HEADER);
    }
    LedgerReader entries = LedgerReader.of(folder.dir, lower == null ? 0 : lower.seq());
    LedgerReader lines = LedgerReader.of(folder.dir, lower == null ? 0 : lower.seq());
    long end = entries.size();
    Progress progress = new Progress(command.commandLine().getErr(), "records exported");
    while (entries.position() < end && !out.checkError()) {
      List<LedgerEntry> some = entries.read(AT_ONCE);
      List<String> text = as == Format.JSONL ? lines.readLines(some.size()) : List.of();
      for (int i = 0; i < some.size(); i++) {
        LedgerEntry entry = some.get(i);
        if (upper != null && upper.seq() > 0 && entry.seq() >= upper.seq()) {
          out.flush();
          progress.done();
          return 0;
        }
        if ((lower == null || !lower.isAfter(entry)) && (upper == null || upper.isAfter(entry))) {
          out.print(as == Format.JSONL ? text.get(i) + "\n" : LedgerCsv.row(entry));
        }
      }
      progress.at(entries.position());
      if (some.isEmpty()) {
        break;
      }
    }
    out.flush();
    progress.done();
    return 0;
  }

  private Format format(CommandSpec command) {
    return switch (format.toLowerCase(Locale.ROOT)) {
      case "jsonl" -> Format.JSONL;
      case "csv" -> Format.CSV;
      default ->
          throw new picocli.CommandLine.ParameterException(
              command.commandLine(), "--format is jsonl or csv");
    };
  }
}

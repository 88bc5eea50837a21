package io.mintmark.cli.ledger;

import io.mintmark.cli.DataFolder;
import io.mintmark.ledger.Proof;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mintmark ledger prove}. */
@Command(
    name = "prove",
    description = "Prints a C2SP tlog-proof@v1 that one record is in the ledger.",
    defaultValueProvider = DataFolder.Default.class,
    footerHeading = "%nExample:%n",
    footer = {
      "  mintmark ledger prove 4711 /var/lib/mintmark > 4711.tlog-proof",
      "",
      "Whoever has the record's line, the proof and the verifier key can check it."
    })
final class LedgerProve implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "SEQ", description = "The record's seq.")
  long seq;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DIR",
      description = LedgerFolder.DESCRIPTION)
  Path dir = Path.of("");

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = "Also writes the record's line, without a newline, to FILE.")
  @Nullable Path record;

  @Spec @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Proof proof = Proof.of(dir, seq);
    if (record != null) {
      if (proof.line().isEmpty()) {
        throw new IOException("the line of record " + seq + " was dropped by retention");
      }
      Files.writeString(record, proof.line());
    }
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    out.print(proof.text());
    out.flush();
    return 0;
  }
}

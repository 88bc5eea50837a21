package io.mintmark.cli.ledger;

import io.mintmark.cli.DataFolder;
import io.mintmark.ledger.LedgerEntry;
import io.mintmark.ledger.Lookup;
import io.mintmark.ledger.Proof;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mintmark ledger find}. */
@Command(
    name = "find",
    description = "Prints the records of a credential, found by its jti or serial number.",
    defaultValueProvider = DataFolder.Default.class,
    footerHeading = "%nExample:%n",
    footer = {
      "  mintmark ledger find F2bGF-VezmX7DyczHxB08w /var/lib/mintmark | jq .workload",
      "",
      "An id that begins with a minus comes after --. Each record is first proved",
      "against a signed checkpoint. Where the indexes lead to nothing, all records",
      "are read, so that \"no record\" can be relied on.",
      "Exit 0: found; 1: there is none; 2: wrong usage."
    })
final class LedgerFind implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "ID", description = "The jti or serial number.")
  String id = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DIR",
      description = LedgerFolder.DESCRIPTION)
  Path dir = Path.of("");

  @Option(names = "--proof", description = "Prints the proof of each after its record.")
  boolean proofs;

  @Spec @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    CommandSpec command = Objects.requireNonNull(spec);
    Lookup.Found found = found(command);
    PrintWriter out = command.commandLine().getOut();
    for (int i = 0; i < found.entries().size(); i++) {
      LedgerEntry entry = found.entries().get(i);
      Proof proof = Proof.of(dir, entry.seq());
      if (!proof.line().equals(found.lines().get(i))) {
        throw new IOException("record " + entry.seq() + " changed while it was read");
      }
      out.println(proof.line());
      if (proofs) {
        out.print(proof.text());
      }
    }
    out.flush();
    if (found.entries().isEmpty()) {
      throw new IOException("the ledger in \"" + dir + "\" has no record of \"" + id + "\"");
    }
    return 0;
  }

  private Lookup.Found found(CommandSpec command) throws IOException {
    try {
      return Lookup.of(dir, id);
    } catch (IllegalArgumentException malformed) {
      throw new ParameterException(command.commandLine(), malformed.getMessage());
    }
  }
}

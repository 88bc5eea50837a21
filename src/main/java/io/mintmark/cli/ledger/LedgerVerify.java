package io.mintmark.cli.ledger;

import io.mintmark.cli.DataFolder;
import io.mintmark.ledger.Verdict;
import io.mintmark.ledger.Verification;
import io.mintmark.ledger.tree.Checkpoint;
import io.mintmark.ledger.tree.MalformedNote;
import io.mintmark.ledger.tree.VerifierKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mintmark ledger verify}. */
@Command(
    name = "verify",
    description = "Proves that no record was changed, removed or reordered.",
    defaultValueProvider = DataFolder.Default.class,
    footerHeading = "%nExample:%n",
    footer = {
      "  mintmark ledger verify /var/lib/mintmark --key vkey --checkpoint witnessed",
      "",
      "Without --key and --checkpoint from elsewhere, a whole folder that was",
      "replaced or rolled back cannot be seen.",
      "Exit 0: it holds; 1: it does not; 2: wrong usage."
    })
final class LedgerVerify implements Callable<Integer> {
  @Mixin final LedgerFolder folder = new LedgerFolder();

  @Option(
      names = "--key",
      paramLabel = "VKEY",
      description = "Verifier key kept elsewhere, or a file that holds it.")
  @Nullable String key;

  @Option(
      names = "--checkpoint",
      paramLabel = "FILE",
      description = "A checkpoint of this ledger kept elsewhere.")
  @Nullable Path checkpoint;

  @Spec @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    CommandSpec command = Objects.requireNonNull(spec);
    PrintWriter out = command.commandLine().getOut();
    Progress progress = new Progress(command.commandLine().getErr(), "records verified");
    Verdict verdict =
        Verification.verify(
            folder.dir,
            verifierKey(command),
            outside(command),
            progress::at,
            new CheckpointSignatures());
    progress.done();
    print(out, verdict);
    out.flush();
    if (!verdict.holds()) {
      throw new IOException(
          "the ledger in \"" + folder.dir + "\" does not hold: " + verdict.problem());
    }
    return 0;
  }

  private @Nullable VerifierKey verifierKey(CommandSpec command) {
    if (key == null) {
      return null;
    }
    if (!key.contains("+") && !Files.isRegularFile(Path.of(key))) {
      throw new ParameterException(
          command.commandLine(), "--key \"" + key + "\" is neither a verifier key nor a file");
    }
    try {
      return VerifierKey.parse(key.contains("+") ? key : Files.readString(Path.of(key)));
    } catch (MalformedNote | IOException malformed) {
      throw new ParameterException(
          command.commandLine(), "--key is no verifier key: " + malformed.getMessage());
    }
  }

  private byte @Nullable [] outside(CommandSpec command) {
    if (checkpoint == null) {
      return null;
    }
    try (InputStream in = Files.newInputStream(checkpoint)) {
      return in.readNBytes(Checkpoint.LONGEST + 1);
    } catch (IOException unreadable) {
      throw new ParameterException(
          command.commandLine(), "--checkpoint \"" + checkpoint + "\" cannot be read");
    }
  }

  private static void print(PrintWriter out, Verdict verdict) {
    out.println("origin       " + verdict.origin());
    out.println("records      " + verdict.records());
    if (verdict.byHash() > 0) {
      out.println("by hash only seq 0 to " + (verdict.byHash() - 1) + ": their lines were dropped");
    }
    out.println("checkpoints  " + verdict.checkpoints());
    out.println("root         " + (verdict.root().isEmpty() ? "none" : verdict.root()));
    out.println(
        "key          "
            + (verdict.keyGiven()
                ? "given"
                : "the folder's own: whoever can write it can replace it"));
    out.println(
        "elsewhere    "
            + (verdict.checkpointGiven()
                ? "compared with a checkpoint kept elsewhere"
                : "no checkpoint kept elsewhere: a whole folder rolled back cannot be seen"));
    verdict.notes().forEach(note -> out.println("note         " + note));
    out.println("verdict      " + (verdict.holds() ? "holds" : "DOES NOT HOLD"));
  }
}

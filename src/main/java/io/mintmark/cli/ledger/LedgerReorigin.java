package io.mintmark.cli.ledger;

import io.mintmark.cli.DataFolder;
import io.mintmark.ledger.Reorigin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mintmark ledger reorigin}. */
@Command(
    name = "reorigin",
    description = "Ends the ledger of a folder restored from an older copy and begins another.",
    defaultValueProvider = DataFolder.Default.class,
    footerHeading = "%nExample:%n",
    footer = {
      "  mintmark ledger reorigin /var/lib/mintmark",
      "",
      "The broker must be stopped. The old ledger is kept whole in",
      "DIR/ledger-archive; the first record of the new one names it and its root."
    })
final class LedgerReorigin implements Callable<Integer> {
  @Mixin final LedgerFolder folder = new LedgerFolder();

  @Spec @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Path archive = Reorigin.archive(folder.dir);
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    out.println("the old ledger lies in " + archive);
    out.println("the broker begins a new one, with a new origin, when it starts next");
    out.flush();
    return 0;
  }
}

package io.mintmark.cli.ledger;

import io.mintmark.cli.DataFolder;
import io.mintmark.cli.UserFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mintmark ledger checkpoint}: for images in which nothing else could copy a file. */
@Command(
    name = "checkpoint",
    description = "Prints the newest checkpoint, which is to be kept elsewhere.",
    defaultValueProvider = DataFolder.Default.class,
    footerHeading = "%nExample:%n",
    footer = "  mintmark ledger checkpoint /var/lib/mintmark > checkpoint.kept")
final class LedgerCheckpoint implements Callable<Integer> {
  @Mixin final LedgerFolder folder = new LedgerFolder();

  @Option(names = "--key", description = "Prints the key that it is verified by instead.")
  boolean key;

  @Spec @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Path file = folder.dir.resolve("ledger").resolve(key ? "vkey" : "checkpoint");
    out.print(new String(UserFiles.read(file), StandardCharsets.UTF_8));
    out.flush();
    return 0;
  }
}

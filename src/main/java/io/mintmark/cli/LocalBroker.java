package io.mintmark.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The broker of this machine, found by its data folder. */
final class LocalBroker {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data folder of a broker on this machine (default: MINTMARK_DATA).")
  @Nullable Path data;

  Path folder() {
    return DataFolder.or(data);
  }

  /**
   * A member of what it says of itself.
   *
   * @param instead what the user could give where no broker runs
   */
  URI endpoint(String name, String instead) throws IOException {
    String running = DataFolder.endpoint(folder(), name);
    if (running == null) {
      throw new IOException("no broker runs on \"" + folder() + "\": give " + instead);
    }
    return URI.create(running);
  }
}

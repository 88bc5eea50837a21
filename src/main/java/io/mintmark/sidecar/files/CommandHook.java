package io.mintmark.sidecar.files;

import io.mintmark.sidecar.process.BoundedCommand;
import io.mintmark.sidecar.process.OutsideText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Runs a program that knows the file's path and nothing else of the sidecar. */
final class CommandHook {
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private CommandHook() {}

  static void run(HookPlan.Command command, Path file, Duration timeout)
      throws IOException, InterruptedException {
    BoundedCommand.Ended ended;
    try {
      ended =
          new BoundedCommand(
                  command.words(),
                  Map.of("PATH", PATH, "LANG", "C", "MINTMARK_FILE", file.toString()),
                  timeout)
              .run();
    } catch (IOException absent) {
      throw new IOException("\"" + command.words().getFirst() + "\" cannot be run", absent);
    }
    if (ended.late()) {
      throw new IOException(
          "it did not end within " + timeout.toSeconds() + " s and was ended" + said(ended));
    }
    if (ended.code() != 0) {
      throw new IOException("it ended with exit code " + ended.code() + said(ended));
    }
  }

  private static String said(BoundedCommand.Ended ended) {
    String shown = OutsideText.harmless(ended.output());
    return shown.isEmpty() ? "" : ": " + shown;
  }
}

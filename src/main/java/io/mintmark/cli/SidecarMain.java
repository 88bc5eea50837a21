package io.mintmark.cli;

import io.mintmark.sidecar.plan.Sha256;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;

/**
 * The program of the sidecar's own jar, which knows {@code sidecar} and {@code exec} and in which
 * none of the broker's classes are.
 */
public final class SidecarMain {
  private SidecarMain() {}

  /** Runs one command and exits with its code. */
  public static void main(String... arguments) {
    StandardOutput output = StandardOutput.take();
    System.exit(output.ended(run(arguments)));
  }

  /** What runs for months has no use for the parser of command lines, nor memory for it. */
  private static int run(String... arguments) {
    boolean bound = arguments.length == 5 && arguments[3].equals("--document-sha256");
    if ((arguments.length != 3 && !bound)
        || !arguments[0].equals("sidecar")
        || !arguments[1].equals("--config")) {
      return Mintmark.run(List.of(), List.of(SidecarCommand.class, ExecCommand.class), arguments);
    }
    ServerLog.start(Level.INFO, false);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    try {
      return SidecarRun.run(Path.of(arguments[2]), bound ? new Sha256(arguments[4]) : null, err);
    } catch (IOException | InterruptedException | RuntimeException failed) {
      err.println("mintmark: " + Mistakes.oneLine(failed));
      return 1;
    }
  }
}

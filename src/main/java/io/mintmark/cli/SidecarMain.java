package io.mintmark.cli;

import java.util.List;

/**
 * The program of the sidecar's own jar, which knows {@code sidecar} and {@code exec} and in which
 * none of the broker's classes are.
 */
public final class SidecarMain {
  private SidecarMain() {}

  /** Runs one command and exits with its code. */
  public static void main(String... arguments) {
    StandardOutput output = StandardOutput.take();
    int code = Mintmark.run(List.of(), List.of(SidecarCommand.class, ExecCommand.class), arguments);
    System.exit(output.ended(code));
  }
}

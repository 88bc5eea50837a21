package io.mintmark.sidecar.process;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A program that has our standard input, output and error, and gets the signals that we get. */
public final class Program {
  /** Names the variables that the launcher script set for our JVM alone. */
  private static final String LAUNCHER_ADDED = "MINTMARK_LAUNCHER_ADDED";

  private final Process process;

  private Program(Process process) {
    this.process = process;
  }

  /**
   * Starts it without a shell.
   *
   * @param added variables beside those of the environment that the user gave us
   * @param withheld variables of our own that it does not get, unless they are added
   * @throws IOException where there is no such program or it may not be run
   */
  public static Program start(List<String> words, Map<String, String> added, Set<String> withheld)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(words).inheritIO();
    String launcher = builder.environment().remove(LAUNCHER_ADDED);
    if (launcher != null) {
      builder.environment().keySet().removeAll(Set.of(launcher.split(" ", -1)));
    }
    builder.environment().keySet().removeAll(withheld);
    builder.environment().putAll(added);
    return new Program(builder.start());
  }

  /** Passes a signal on; one that comes after its end is nobody's. */
  public void pass(UnixSignal signal) {
    if (process.isAlive()) {
      try {
        signal.send(process.pid());
      } catch (IOException ended) {
        // it ended between the two
      }
    }
  }

  /** Waits for its end; 128 and the signal's number where a signal ended it. */
  public int waitFor() throws InterruptedException {
    return process.waitFor();
  }
}

package io.mintmark.sidecar.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A program that is run without a shell, with an environment of its own, nothing to read, a limit
 * of time and of what it may print. When it ended or its time is over, whatever it started is
 * ended.
 */
public final class BoundedCommand {
  private static final int MAX_OUTPUT = 4096;
  private static final String MARK = "MINTMARK_RUN";

  private final List<String> words;
  private final Map<String, String> environment;
  private final Duration timeout;
  private final int most;
  private final boolean withErrors;

  /** Of what it prints, to either output, the first 4 KiB are kept. */
  public BoundedCommand(List<String> words, Map<String, String> environment, Duration timeout) {
    this(words, environment, timeout, MAX_OUTPUT, true);
  }

  /**
   * @param most how many bytes of what it prints are kept; the rest is read and dropped
   * @param withErrors whether standard error counts too; else it goes nowhere
   */
  public BoundedCommand(
      List<String> words,
      Map<String, String> environment,
      Duration timeout,
      int most,
      boolean withErrors) {
    this.words = List.copyOf(words);
    this.environment = Map.copyOf(environment);
    this.timeout = timeout;
    this.most = most;
    this.withErrors = withErrors;
  }

  /**
   * How it ended.
   *
   * @param code its exit code; -1 where its time was over
   * @param output what it printed, as far as that is kept
   */
  public record Ended(int code, boolean late, String output) {}

  /**
   * Runs it and waits.
   *
   * @throws IOException where it cannot be started
   */
  public Ended run() throws IOException, InterruptedException {
    String mark = UUID.randomUUID().toString();
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(withErrors);
    if (!withErrors) {
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    }
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put(MARK, mark);
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      return waitFor(process);
    } finally {
      ProcessTree.kill(process, MARK + "=" + mark);
    }
  }

  /** Only what is there is read: a child that keeps the pipe open would make a read wait. */
  private Ended waitFor(Process process) throws IOException, InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try (InputStream printed = process.getInputStream()) {
      boolean ended = false;
      while (!ended && System.nanoTime() - end < 0) {
        drain(printed, output);
        ended = process.waitFor(20, TimeUnit.MILLISECONDS);
      }
      if (ended) {
        drain(printed, output);
      }
      return new Ended(
          ended ? process.exitValue() : -1, !ended, output.toString(StandardCharsets.UTF_8));
    }
  }

  /** What is over the bound is read and dropped, so that the program does not wait for us. */
  private void drain(InputStream printed, ByteArrayOutputStream output) throws IOException {
    byte[] buffer = new byte[MAX_OUTPUT];
    for (int pass = 0; pass < 64 && printed.available() > 0; pass++) {
      int read = printed.read(buffer, 0, Math.min(buffer.length, printed.available()));
      output.write(buffer, 0, Math.max(0, Math.min(read, most - output.size())));
    }
  }
}

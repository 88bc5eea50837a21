package io.mintmark.cli.bench.peers;

import io.mintmark.cli.WorkFolder;
import io.mintmark.cli.bench.load.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The scripts of {@code src/interop/peers}, which install systems and start them. What they started
 * and what it kept goes when this is closed, and also when this process is stopped.
 */
public final class Scripts implements AutoCloseable {
  private static final Duration INSTALL = Duration.ofMinutes(45);
  private static final Duration START = Duration.ofMinutes(5);
  private static final Duration STOP = Duration.ofMinutes(1);
  private static final int LONGEST_SAYING = 300;

  private final Path scripts;
  private final Path work;
  private final Thread stopped = new Thread(this::end, "mintmark-bench-peers-stop");
  private @Nullable Started running;
  private boolean over;

  private Scripts(Path scripts, Path work) {
    this.scripts = scripts;
    this.work = work;
  }

  /**
   * @param checkout of this project
   * @param parent of the folder where the systems keep what they have; null for the system's own
   *     place for such
   */
  public static Scripts of(Path checkout, @Nullable Path parent) throws IOException {
    Scripts scripts =
        new Scripts(
            checkout.resolve("src").resolve("interop").resolve("peers"),
            WorkFolder.name(parent, "mintmark-bench"));
    Runtime.getRuntime().addShutdownHook(scripts.stopped);
    scripts.makeFolder();
    return scripts;
  }

  private synchronized void makeFolder() throws IOException {
    checkNotOver();
    WorkFolder.make(work);
  }

  /** Where what is needed for the time of the run may be kept. */
  public Path work() {
    return work;
  }

  /** Installs it, at its pinned version; what is there already costs nothing. */
  public void install(PeerName peer) throws IOException, InterruptedException {
    Path log = work.resolve(peer + "-install.log");
    Process process = begin(Map.of(), log, log, "install", peer.toString());
    if (!succeeds(process, INSTALL)) {
      throw new IOException("%s cannot be installed: %s".formatted(peer, last(log)));
    }
  }

  /** Starts it, and ends it when the result is closed or this process is stopped. */
  Started start(PeerName peer, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path folder = work.resolve(peer.toString());
    Path values = work.resolve(peer + ".values");
    Path log = work.resolve(peer + "-start.log");
    Started started = begun(environment, values, log, peer + "-up", folder);
    try {
      if (!succeeds(started.starting, START)) {
        throw new IOException("%s did not start: %s".formatted(peer, last(log)));
      }
      return started.saying(Files.readAllLines(values));
    } catch (IOException | InterruptedException | RuntimeException failed) {
      started.close();
      throw failed;
    }
  }

  /** Nothing is started once all that was started has been ended. */
  private synchronized Started begun(
      Map<String, String> environment, Path output, Path log, String script, Path folder)
      throws IOException {
    checkNotOver();
    Process process = begin(environment, output, log, script, folder.toString());
    Started started = new Started(process, folder);
    running = started;
    return started;
  }

  private void checkNotOver() throws IOException {
    if (over) {
      throw new IOException("stopped before anything was started");
    }
  }

  private Process begin(
      Map<String, String> environment, Path output, Path log, String script, String argument)
      throws IOException {
    ProcessBuilder command =
        new ProcessBuilder(scripts.resolve(script).toString(), argument)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    command.environment().putAll(environment);
    command.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return command.start();
  }

  private static boolean succeeds(Process process, Duration limit) throws InterruptedException {
    try {
      return process.waitFor(limit.toSeconds(), TimeUnit.SECONDS) && process.exitValue() == 0;
    } finally {
      process.destroy();
    }
  }

  private static String last(Path log) throws IOException {
    String said = Files.readString(log, StandardCharsets.ISO_8859_1).strip();
    String line = said.substring(said.lastIndexOf('\n') + 1).replaceAll("[^ -~]+", " ");
    return line.isEmpty()
        ? "it said nothing"
        : line.substring(0, Math.min(LONGEST_SAYING, line.length()));
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(stopped);
    } catch (IllegalStateException stopping) {
      // the hook runs, and finds nothing left to do
    }
  }

  private synchronized void end() {
    over = true;
    Started last = running;
    if (last != null) {
      last.close();
    }
    WorkFolder.remove(work);
  }

  /** A system that a script started. */
  final class Started implements AutoCloseable {
    private final Process starting;
    private final Path folder;
    private Map<String, String> values = Map.of();

    private Started(Process starting, Path folder) {
      this.starting = starting;
      this.folder = folder;
    }

    private Started saying(List<String> lines) {
      Map<String, String> said = new HashMap<>();
      for (String line : lines) {
        int equals = line.indexOf('=');
        if (equals > 0) {
          said.put(line.substring(0, equals), line.substring(equals + 1));
        }
      }
      values = Map.copyOf(said);
      return this;
    }

    /** What the script said that is needed to reach it. */
    String value(String name) throws IOException {
      String value = values.get(name);
      if (value == null) {
        throw new IOException("a script that starts a peer does not say " + name);
      }
      return value;
    }

    /** What its server has used, by the name that its process ID is said with. */
    @Nullable Usage usage(String name) {
      String pid = values.get(name);
      return pid == null ? null : ProcessHandle.of(Long.parseLong(pid)).map(Usage::of).orElse(null);
    }

    @Override
    public void close() {
      try {
        starting.destroy();
        starting.waitFor(STOP.toSeconds(), TimeUnit.SECONDS);
        Path log = work.resolve("down.log");
        var _ = succeeds(begin(Map.of(), log, log, "down", folder.toString()), STOP);
      } catch (IOException failed) {
        // nothing is left to end it with
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

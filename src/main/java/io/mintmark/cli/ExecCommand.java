package io.mintmark.cli;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.sidecar.Sidecar;
import io.mintmark.sidecar.Threads;
import io.mintmark.sidecar.process.OwnMemory;
import io.mintmark.sidecar.process.Program;
import io.mintmark.sidecar.process.Restarts;
import io.mintmark.sidecar.process.UnixSignal;
import io.mintmark.sidecar.proof.ProofSources;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mintmark exec}: a program with its credentials in place, for as long as it runs. */
@Command(
    name = "exec",
    description = "Runs a program with its credentials in place, renewed for as long as it runs.",
    footer = {
      "",
      "The exit code is the program's, 128 and the number where a signal ended it; 1",
      "where the credentials were not in place in time, 126 or 127 where the program",
      "could not be run.",
      "",
      "Example: mintmark exec --config sidecar.yaml -- ./orders --port 8080"
    })
@SuppressWarnings(
    "deprecation") // of the Prometheus registries, this is the one that Quarkus brings
final class ExecCommand implements Callable<Integer> {
  private static final int NOT_RUN = 126;
  private static final int NOT_FOUND = 127;

  /** A run of this length was none of a restart loop, however it ended. */
  private static final Duration LONG = Duration.ofSeconds(60);

  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "/etc/mintmark/sidecar.yaml",
      description = "The Sidecar document (default: ${DEFAULT-VALUE}).")
  Path config = Path.of("");

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long to wait for the credentials, such as 30s or 2m (default: 60s).")
  @Nullable String timeout;

  @Parameters(
      paramLabel = "CMD",
      arity = "1..*",
      description = "After --: the program and its arguments.")
  List<String> words = List.of();

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Duration limit = TimeLimit.of(spec, timeout);
    ServerLog.start(Level.WARNING, Mintmark.debugs(spec));
    PassedSignals signals = PassedSignals.listen();
    // the program has our user, and our environment may hold evidence
    OwnMemory.hide();
    Path document = config.toAbsolutePath().normalize();
    Restarts restarts =
        new Restarts(
            Restarts.folder(System.getenv()),
            document + "\0" + words.getFirst(),
            InstantSource.system());
    await(restarts, signals);
    long begun = System.nanoTime();
    UnixSignal stop = signals.stop();
    if (stop != null) {
      return 128 + stop.number();
    }
    boolean well = false;
    try {
      int code = runWithCredentials(limit, signals);
      well = code == 0 || signals.stopped() || System.nanoTime() - begun >= LONG.toNanos();
      return code;
    } catch (DocumentErrors wrong) {
      // the broker was not asked
      well = true;
      SidecarCommand.print(spec, wrong);
      return 1;
    } finally {
      restarts.ended(!well);
    }
  }

  /** A supervisor that restarts without a pause gets one here. */
  private void await(Restarts restarts, PassedSignals signals) throws InterruptedException {
    Duration pause = restarts.pause();
    int failures = restarts.failures();
    if (!pause.isZero() && failures > 0) {
      say(
          "mintmark: asks the broker again in %d s: the last %s soon and failed"
              .formatted(
                  pause.plusMillis(999).toSeconds(),
                  failures == 1 ? "run ended" : failures + " runs ended"));
    }
    long end = System.nanoTime() + pause.toNanos();
    while (System.nanoTime() - end < 0 && !signals.stopWanted()) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private int runWithCredentials(Duration limit, PassedSignals signals)
      throws DocumentErrors, IOException, InterruptedException {
    try (Threads threads = Threads.start(InstantSource.system());
        Sidecar sidecar =
            Sidecar.start(
                config, null, threads, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))) {
      List<String> reasons = sidecar.awaitReady(limit, signals::stopWanted);
      Map<String, String> variables = sidecar.environment();
      UnixSignal stop = signals.stop();
      if (stop != null) {
        return 128 + stop.number();
      }
      if (!reasons.isEmpty() || variables == null) {
        say(TimeLimit.notReady(false, limit, reasons));
        return 1;
      }
      Set<String> withheld = new HashSet<>(sidecar.displaced());
      withheld.addAll(ProofSources.variables(sidecar.plan().evidence()));
      return run(variables, withheld, signals);
    }
  }

  private int run(Map<String, String> variables, Set<String> withheld, PassedSignals signals)
      throws InterruptedException {
    Program program;
    try {
      program = Program.start(words, variables, withheld);
    } catch (IOException failed) {
      boolean absent = String.valueOf(failed.getMessage()).matches(".*error[:=] ?2[ ,].*");
      say(
          "mintmark: \"%s\" %s"
              .formatted(words.getFirst(), absent ? "is not found" : "cannot be run"));
      return absent ? NOT_FOUND : NOT_RUN;
    }
    signals.passTo(program);
    return program.waitFor();
  }

  private void say(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(line);
    err.flush();
  }
}

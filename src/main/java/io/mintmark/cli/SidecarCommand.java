package io.mintmark.cli;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.Problem;
import io.mintmark.sidecar.Sidecar;
import io.mintmark.sidecar.Threads;
import io.mintmark.sidecar.plan.Sha256;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mintmark sidecar}: puts credentials where programs look for them. */
@Command(
    name = "sidecar",
    description = "Obtains and renews a workload's credentials and puts them where programs look.",
    subcommands = SidecarCommand.Check.class,
    footer = {"", "Example: mintmark sidecar --config sidecar.yaml"})
@SuppressWarnings(
    "deprecation") // of the Prometheus registries, this is the one that Quarkus brings
final class SidecarCommand implements Callable<Integer> {
  @Option(names = "--config", paramLabel = "FILE", description = "The Sidecar document.")
  @Nullable Path config;

  @Option(
      names = "--document-sha256",
      paramLabel = "HEX",
      description = "The only content of the document that is run, by its SHA-256.")
  @Nullable String documentSha256;

  @Option(
      names = "--once",
      description =
          "Delivers everything once and ends: 0 when all is in place, for init containers.")
  boolean once;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long --once may take, such as 30s or 2m (default: 60s).")
  @Nullable String timeout;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (config == null) {
      throw new CommandLine.ParameterException(spec.commandLine(), "--config is missing");
    }
    Sha256 bound = bound();
    ServerLog.start(Level.INFO, Mintmark.debugs(spec));
    if (once) {
      return deliverOnce(config, bound, TimeLimit.of(spec, timeout));
    }
    return SidecarRun.run(config, bound, spec.commandLine().getErr());
  }

  private @Nullable Sha256 bound() {
    try {
      return documentSha256 == null ? null : new Sha256(documentSha256);
    } catch (IllegalArgumentException none) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--document-sha256: " + none.getMessage());
    }
  }

  /** No health is served: what starts this waits for its end. */
  private int deliverOnce(Path config, @Nullable Sha256 bound, Duration limit)
      throws IOException, InterruptedException {
    AtomicBoolean stopping = new AtomicBoolean();
    Signals.on("TERM", () -> stopping.set(true));
    Signals.on("INT", () -> stopping.set(true));
    List<String> reasons;
    try (Threads threads = Threads.start(InstantSource.system());
        Sidecar sidecar =
            Sidecar.start(
                config, bound, threads, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))) {
      reasons = sidecar.awaitReady(limit, stopping::get);
    } catch (DocumentErrors wrong) {
      print(spec, wrong);
      return 1;
    }
    if (reasons.isEmpty()) {
      return 0;
    }
    // when all is closed, so that an attempt that was under way does not have the last word
    spec.commandLine().getErr().println(TimeLimit.notReady(stopping.get(), limit, reasons));
    return 1;
  }

  static void print(CommandSpec spec, DocumentErrors wrong) {
    SidecarRun.print(spec.commandLine().getErr(), wrong);
  }

  /** {@code mintmark sidecar check}: says what is wrong with a configuration, with its place. */
  @Command(
      name = "check",
      description = "Checks a Sidecar document: every problem with its file, line and column.",
      footer = {"", "Example: mintmark sidecar check sidecar.yaml"})
  static final class Check implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The Sidecar document.")
    Path file = Path.of("");

    @Spec CommandSpec spec;

    @Override
    public Integer call() {
      try {
        var plan = Sidecar.check(file);
        PrintWriter err = spec.commandLine().getErr();
        plan.warnings().forEach(err::println);
        for (Problem objection : Sidecar.objections(file, plan)) {
          err.println(
              new Problem(
                  Problem.Severity.WARNING,
                  objection.position(),
                  "it would not be run here: " + objection.message()));
        }
        err.flush();
        PrintWriter out = spec.commandLine().getOut();
        out.println(
            "sidecar \"%s\": no problem, %d %s"
                .formatted(
                    plan.name(),
                    plan.deliveries().size(),
                    plan.deliveries().size() == 1 ? "delivery" : "deliveries"));
        out.flush();
        return 0;
      } catch (DocumentErrors wrong) {
        print(spec, wrong);
        return 1;
      }
    }
  }
}

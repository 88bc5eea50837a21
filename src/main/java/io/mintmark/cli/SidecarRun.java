package io.mintmark.cli;

import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.sidecar.Management;
import io.mintmark.sidecar.Sidecar;
import io.mintmark.sidecar.Threads;
import io.mintmark.sidecar.plan.Sha256;
import io.mintmark.sidecar.process.Footprint;
import io.mintmark.sidecar.process.OwnMemory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A sidecar until it is told to stop. */
@SuppressWarnings(
    "deprecation") // of the Prometheus registries, this is the one that Quarkus brings
final class SidecarRun {
  /** When memory is given back after the start, and how often after that, in seconds. */
  private static final long FIRST = 3;

  private static final long EACH = 15;

  private SidecarRun() {}

  /**
   * Returns the exit code.
   *
   * @param bound the only content of the document that is run; null where any is
   */
  static int run(Path config, @Nullable Sha256 bound, PrintWriter err)
      throws IOException, InterruptedException {
    // first of all, so that a start that is told to stop ends in order too
    CountDownLatch stopping = new CountDownLatch(1);
    AtomicReference<Runnable> reload = new AtomicReference<>(() -> {});
    Signals.on("TERM", stopping::countDown);
    Signals.on("INT", stopping::countDown);
    Signals.on("HUP", () -> reload.get().run());
    OwnMemory.hide();
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try (Threads threads = Threads.start(InstantSource.system());
        Sidecar sidecar = Sidecar.start(config, bound, threads, meters);
        Management management =
            Management.start(
                sidecar.plan().health(), threads.network(), sidecar::notReady, meters)) {
      reload.set(() -> threads.workers().execute(sidecar::reload));
      err.println(
          "mintmark: sidecar \""
              + sidecar.plan().name()
              + "\" runs, health on port "
              + management.port());
      err.flush();
      giveBack(threads);
      stopping.await();
      return 0;
    } catch (DocumentErrors wrong) {
      print(err, wrong);
      return 1;
    }
  }

  private static void giveBack(Threads threads) {
    // what was read to start is garbage by now, and the only collection that is asked for
    var _ =
        threads
            .timer()
            .schedule(() -> threads.workers().execute(System::gc), FIRST, TimeUnit.SECONDS);
    var _ =
        threads
            .timer()
            .scheduleWithFixedDelay(
                () -> threads.workers().execute(Footprint::giveBack),
                FIRST,
                EACH,
                TimeUnit.SECONDS);
  }

  static void print(PrintWriter err, DocumentErrors wrong) {
    wrong.problems().forEach(err::println);
    err.flush();
  }
}

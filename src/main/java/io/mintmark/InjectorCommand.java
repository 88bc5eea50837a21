package io.mintmark;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.mintmark.cli.ServerLog;
import io.mintmark.cli.Signals;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.kubernetes.ClusterApi;
import io.mintmark.kubernetes.WebhookTrust;
import io.mintmark.kubernetes.injector.AuthorityFile;
import io.mintmark.kubernetes.injector.InjectorDocument;
import io.mintmark.kubernetes.injector.InjectorPlan;
import io.mintmark.kubernetes.injector.InjectorServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mintmark injector}. */
@Command(
    name = "injector",
    description = "Runs the admission webhook that puts sidecars into pods.",
    footer = {
      "",
      "Example: mintmark injector --config injector.yaml --check",
      "See docs/kubernetes/injector.md."
    })
@SuppressWarnings(
    "deprecation") // of the Prometheus registries, this is the one that Quarkus brings
final class InjectorCommand implements Callable<Integer> {
  private static final Logger LOG = Logger.getLogger(InjectorCommand.class);

  /** How often files are looked at, in seconds. */
  private static final int EACH = 5;

  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "The Injector document.")
  @Nullable Path config;

  @Option(names = "--check", description = "Only check the document.")
  boolean check;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "How the API server is reached; inside a pod its service account is used.")
  @Nullable Path kubeconfig;

  @SuppressWarnings("NullAway") // picocli sets it before it calls
  @Spec
  CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    CountDownLatch stopping = new CountDownLatch(1);
    Signals.on("TERM", stopping::countDown);
    Signals.on("INT", stopping::countDown);
    InjectorPlan plan;
    try {
      plan = InjectorDocument.load(requireNonNull(config));
    } catch (DocumentErrors wrong) {
      wrong.problems().forEach(err::println);
      err.flush();
      return 1;
    }
    if (check) {
      spec.commandLine()
          .getOut()
          .printf("ok: %d profile(s) of injector \"%s\"%n", plan.profiles().size(), plan.name());
      return 0;
    }
    ServerLog.start(Level.INFO, false);
    TlsFilePair pair;
    try {
      pair =
          TlsFilePair.open(
              new Setup.TlsFiles(plan.certificate().chain(), plan.certificate().key()),
              InstantSource.system());
    } catch (StartupRefused refused) {
      throw new IOException(refused.getMessage(), refused);
    }
    try (ClusterApi api = plan.webhook().isEmpty() ? null : ClusterApi.open(kubeconfig);
        WebhookTrust trust = api == null ? null : trust(api, plan.webhook().orElseThrow());
        ScheduledExecutorService upkeep =
            Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("mintmark-upkeep").factory())) {
      serve(plan, pair, trust, upkeep, err, stopping);
      return 0;
    }
  }

  private static WebhookTrust trust(ClusterApi api, InjectorPlan.Webhook webhook) {
    return WebhookTrust.start(
        api,
        WebhookTrust.Kind.MUTATING,
        webhook.name(),
        InjectorPlan.PATH,
        () -> AuthorityFile.read(webhook.authorities()));
  }

  private static void serve(
      InjectorPlan plan,
      TlsFilePair pair,
      @Nullable WebhookTrust trust,
      ScheduledExecutorService upkeep,
      PrintWriter err,
      CountDownLatch stopping)
      throws IOException, InterruptedException {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Gauge.builder(
            "mintmark_injector_problems",
            () -> problems(pair, trust).size() + (pair.ending() != null && !pair.expired() ? 1 : 0))
        .description("What keeps the API server from calling, or will")
        .register(meters);
    try (InjectorServer server =
        InjectorServer.start(
            plan,
            new ServerTls(pair),
            () -> problems(pair, trust),
            meters,
            meters::scrape,
            InjectorDoors.webhook(meters),
            InjectorDoors.health())) {
      var _ = upkeep.scheduleWithFixedDelay(() -> keep(pair), 0, EACH, TimeUnit.SECONDS);
      err.printf(
          "mintmark: injector \"%s\" listens on port %d, health on port %d%n",
          plan.name(), server.port(), server.healthPort());
      err.flush();
      stopping.await();
      upkeep.shutdownNow();
    }
  }

  /** A task that throws would not be run again, and nobody would see that. */
  private static void keep(TlsFilePair pair) {
    try {
      pair.refresh();
    } catch (RuntimeException unexpected) {
      LOG.error("certificates could not be looked at", unexpected);
    }
  }

  private static List<String> problems(TlsFilePair pair, @Nullable WebhookTrust trust) {
    List<String> problems = new ArrayList<>();
    String tls = pair.problem();
    if (tls != null) {
      problems.add(tls);
    }
    // one that is about to expire still serves, and is only counted and logged
    String expired = pair.expired() ? pair.ending() : null;
    if (expired != null) {
      problems.add(expired);
    }
    String untrusted = trust == null ? null : trust.problem();
    if (untrusted != null) {
      problems.add(untrusted);
    }
    return problems;
  }
}

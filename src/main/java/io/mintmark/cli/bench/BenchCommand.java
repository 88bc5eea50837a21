package io.mintmark.cli.bench;

import io.grpc.netty.GrpcSslContexts;
import io.netty.channel.EventLoop;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mintmark bench}. */
@Command(
    name = "bench",
    description =
        "Measures a broker that it starts for this: with distinct proofs made before the clock"
            + " starts, every check, a policy, and a synced record of each answer, as a share of"
            + " what the cryptography alone allows on this machine.",
    footer = {"", "Example:", "  mintmark bench --what certificate --seconds 20"})
public final class BenchCommand implements Callable<Integer> {
  private static final Duration WINDOW = Duration.ofSeconds(5);

  /** Windows whose rates are alike when the warm-up is over, and by how much. */
  private static final int ALIKE = 3;

  private static final double SPREAD = 0.04;

  @Option(
      names = "--what",
      paramLabel = "OPERATION",
      defaultValue = "token",
      description = "token, certificate or jwt-svid (default: ${DEFAULT-VALUE}).")
  What what;

  @Option(
      names = "--over",
      paramLabel = "PROTOCOL",
      defaultValue = "http",
      description = "http, https or grpc (default: ${DEFAULT-VALUE}).")
  Over over;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "30",
      description = "How long is measured (default: ${DEFAULT-VALUE}).")
  int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "120",
      description =
          "The longest warm-up in seconds; it ends when the rate is steady (default:"
              + " ${DEFAULT-VALUE}).")
  int warmUp;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "32",
      description = "Connections, each with one request under way (default: ${DEFAULT-VALUE}).")
  int connections;

  @Option(
      names = "--new-connections",
      description = "Opens a connection, and shakes hands anew, for each request.")
  boolean anew;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Requests a second, whatever becomes of those before: what they wait counts"
              + " (default: as many as are answered).")
  int rate;

  @Option(
      names = "--proofs",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Distinct proofs, used in turn (default: ${DEFAULT-VALUE}).")
  int proofs;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description =
          "Where the broker's ledger is for that time (default: the system's temporary folder).")
  @Nullable Path folder;

  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    check("--seconds", seconds, 1, 86_400);
    check("--warm-up", warmUp, 0, 3_600);
    check("--connections", connections, 1, 10_000);
    check("--rate", rate, 0, 1_000_000);
    check("--proofs", proofs, 1, 2_000_000);
    Result result = measured();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(BenchReport.json(result).toPrettyString());
    } else {
      out.print(BenchReport.text(result));
    }
    out.flush();
    return result.measured().answered() > 0 ? 0 : 1;
  }

  private void check(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(),
          "%s \"%d\" is not from %d to %d".formatted(option, value, least, most));
    }
  }

  private Result measured() throws Exception {
    say("the ceiling of the cryptography");
    double ceiling = Ceiling.measure(what.verifications());
    say("a broker of its own");
    try (OwnBroker broker = OwnBroker.start(folder)) {
      long residentReady = broker.usage().residentBytes();
      say("%,d proofs".formatted(proofs));
      String issuer = broker.endpoint("issuer").toString();
      Questions questions = Questions.of(what, Proofs.make(broker.data(), issuer, proofs));
      NioEventLoopGroup group = new NioEventLoopGroup(1);
      try {
        EventLoop loop = group.next();
        List<Caller> callers = callers(loop, broker, questions);
        WarmUp warm = WarmUp.until(loop, callers, Duration.ofSeconds(warmUp), this::say);
        say("%d s that count".formatted(seconds));
        Usage brokerBefore = broker.usage();
        Usage driverBefore = Usage.of(ProcessHandle.current());
        long ledgerBefore = broker.ledgerBytes();
        Measured measured = Load.run(loop, callers, rate, Duration.ofSeconds(seconds));
        Usage brokerAfter = broker.usage();
        Usage driverAfter = Usage.of(ProcessHandle.current());
        long ledgerAfter = broker.ledgerBytes();
        loop.submit(() -> callers.forEach(Caller::close)).sync();
        return new Result(
            what,
            over,
            connections,
            anew,
            rate,
            questions.distinct(),
            warm.seconds(),
            warm.steady(),
            broker.started().toNanos() / 1e6,
            measured,
            ceiling,
            Runtime.getRuntime().availableProcessors(),
            cores(driverBefore, driverAfter, measured),
            cores(brokerBefore, brokerAfter, measured),
            residentReady,
            brokerAfter.residentBytes(),
            ledgerAfter - ledgerBefore);
      } finally {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
      }
    }
  }

  private List<Caller> callers(EventLoop loop, OwnBroker broker, Questions questions)
      throws IOException {
    URI address = broker.endpoint(over == Over.HTTP ? "http" : "https");
    SslContextBuilder client =
        SslContextBuilder.forClient()
            .protocols("TLSv1.3")
            .trustManager(broker.data().resolve("broker-bundle.pem").toFile());
    SslContext tls = over == Over.GRPC ? GrpcSslContexts.configure(client).build() : client.build();
    List<Caller> callers = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      callers.add(
          switch (over) {
            case HTTP -> new HttpCaller(loop, address, null, questions, anew);
            case HTTPS -> new HttpCaller(loop, address, tls, questions, anew);
            case GRPC -> new GrpcCaller(loop, address, tls, questions, anew);
          });
    }
    return callers;
  }

  private static double cores(Usage before, Usage after, Measured measured) {
    return after.processor().minus(before.processor()).toNanos() / 1e9 / measured.seconds();
  }

  /** On standard error, where it is in no one's way. */
  private void say(String step) {
    if (!json) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("bench: " + step);
      err.flush();
    }
  }

  /** Rates until they are alike. */
  record WarmUp(double seconds, boolean steady) {
    interface Said {
      void that(String sentence);
    }

    static WarmUp until(EventLoop loop, List<Caller> callers, Duration most, Said said)
        throws IOException, InterruptedException {
      List<Double> rates = new ArrayList<>();
      while (rates.size() * WINDOW.toSeconds() < most.toSeconds()) {
        Measured window = Load.run(loop, callers, 0, WINDOW);
        if (window.answered() == 0) {
          throw new IOException("no request is answered: " + window.failures());
        }
        rates.add(window.rate());
        said.that("warming up: %,.0f /s".formatted(window.rate()));
        if (alike(rates)) {
          return new WarmUp(rates.size() * WINDOW.toSeconds(), true);
        }
      }
      return new WarmUp(rates.size() * WINDOW.toSeconds(), false);
    }

    static boolean alike(List<Double> rates) {
      if (rates.size() < ALIKE) {
        return false;
      }
      List<Double> last = rates.subList(rates.size() - ALIKE, rates.size());
      double most = last.stream().mapToDouble(Double::doubleValue).max().orElse(0);
      double least = last.stream().mapToDouble(Double::doubleValue).min().orElse(0);
      return most - least <= SPREAD * most;
    }
  }
}

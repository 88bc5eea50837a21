package io.mintmark.cli.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mintmark.cli.bench.load.Proofs;
import io.mintmark.cli.bench.load.Trial;
import io.mintmark.cli.bench.load.What;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  mintmark bench --what certificate --seconds 20 --plot certificates.svg",
      "  mintmark bench --over https --new-connections --client-certificate",
      "  mintmark bench --against spire,openbao,keycloak"
    })
public final class BenchCommand implements Callable<Integer> {
  /** What a run takes beside its warm-up and what counts: the ceilings, and a rest between them. */
  private static final int BESIDE_SECONDS = 60;

  @Option(
      names = "--what",
      paramLabel = "OPERATION",
      description =
          "token, certificate or jwt-svid (default: token; with --against token and"
              + " certificate).")
  @Nullable What what;

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
      names = "--client-certificate",
      description = "Shows an X.509-SVID by mutual TLS in place of a JWT-SVID, over https or grpc.")
  boolean clientCertificate;

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

  @Mixin PeerOptions peers = new PeerOptions();

  @Option(
      names = "--hand-over",
      paramLabel = "DIR",
      description =
          "For another driver: afterwards writes the broker's addresses and the proofs to DIR, and"
              + " ends the broker when standard input ends.")
  @Nullable Path handOver;

  @Option(names = "--plot", paramLabel = "FILE", description = "Also draws it, in SVG.")
  @Nullable Path plot;

  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    check("--seconds", seconds, 1, 3_600);
    check("--warm-up", warmUp, 0, 3_600);
    check("--connections", connections, 1, 10_000);
    check("--rate", rate, 0, 1_000_000);
    check("--proofs", proofs, 1, 2_000_000);
    mistake(peers.wrong());
    mistake(wrong());
    if (plot != null) {
      Files.writeString(plot, "");
    }
    Result.Asked asked = new Result.Asked(over, connections, anew, clientCertificate, rate);
    Trial.Plan plan =
        new Trial.Plan(
            rate, Duration.ofSeconds(seconds), Duration.ZERO, Duration.ofSeconds(warmUp));
    return peers.against.isEmpty() ? alone(asked, plan) : against(asked, plan);
  }

  private @Nullable String wrong() {
    if (clientCertificate && over == Over.HTTP) {
      return "--client-certificate needs --over https or grpc";
    }
    long runs = peers.against.isEmpty() || what != null ? 1 : 2;
    if (runs * (warmUp + seconds + BESIDE_SECONDS) > Proofs.LIFETIME.toSeconds()) {
      return "the proofs hold for %d s, less than --warm-up and --seconds may take"
          .formatted(Proofs.LIFETIME.toSeconds());
    }
    if (peers.against.isEmpty()) {
      return handOver != null && clientCertificate
          ? "--hand-over writes JWT-SVIDs, and --client-certificate shows none"
          : null;
    }
    if (what == What.JWT_SVID) {
      return "--against compares token and certificate";
    }
    return anew || clientCertificate || rate > 0 || handOver != null
        ? "--against asks all on kept connections in a closed loop, and hands none over"
        : null;
  }

  private void mistake(@Nullable String wrong) {
    if (wrong != null) {
      throw new ParameterException(spec.commandLine(), wrong);
    }
  }

  private void check(String option, int value, int least, int most) {
    if (value < least || value > most) {
      mistake("%s \"%d\" is not from %d to %d".formatted(option, value, least, most));
    }
  }

  private int alone(Result.Asked asked, Trial.Plan plan) throws IOException, InterruptedException {
    try (BrokerRuns runs = BrokerRuns.start(folder, clientCertificate ? 0 : proofs, this::say)) {
      Result result = runs.run(what == null ? What.TOKEN : what, asked, plan);
      draw(Plot.of(result));
      HandOver waiting = handOver == null ? null : runs.handOver(handOver);
      print(BenchReport.json(result), BenchReport.text(result));
      if (waiting != null) {
        waiting.untilEndOf(System.in);
      }
      return result.measured().answered() > 0 ? 0 : 1;
    }
  }

  private int against(Result.Asked asked, Trial.Plan plan)
      throws IOException, InterruptedException {
    List<What> operations = what == null ? List.of(What.TOKEN, What.CERTIFICATE) : List.of(what);
    Against all = new AgainstRun(peers, folder, proofs, this::say).run(operations, asked, plan);
    draw(Plot.of(all));
    print(AgainstReport.json(all), AgainstReport.text(all));
    return all.allAnswered() ? 0 : 1;
  }

  private void draw(Plot drawn) throws IOException {
    if (plot != null) {
      Files.writeString(plot, drawn.svg());
    }
  }

  private void print(ObjectNode document, String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? document.toPrettyString() + "\n" : text);
    out.flush();
  }

  /** On standard error, where it is in no one's way. */
  private void say(String step) {
    if (!json) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("bench: " + step);
      err.flush();
    }
  }
}

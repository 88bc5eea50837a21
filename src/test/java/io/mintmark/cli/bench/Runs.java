package io.mintmark.cli.bench;

import io.mintmark.cli.bench.load.Measured;
import io.mintmark.cli.bench.load.Trial;
import io.mintmark.cli.bench.load.WarmUp;
import io.mintmark.cli.bench.load.What;
import io.mintmark.cli.bench.peers.PeerName;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Runs that never ran, for the reports on them. */
final class Runs {
  static final String REASON = "503 <overloaded> & \"more\"";

  private Runs() {}

  static Trial trial(long answered, long failed) {
    Histogram micros = new Histogram(3);
    for (int i = 1; i <= 1000; i++) {
      micros.recordValue(i * 10L);
    }
    return new Trial(
        new WarmUp(120, false),
        new Measured(
            answered,
            86_400,
            failed == 0 ? Map.of() : Map.of(REASON, failed),
            micros,
            List.of(new Measured.Second(500, 5, 9.9), new Measured.Second(0, 0, 0))),
        0.5,
        1.5,
        260L << 20,
        565_000_000_000L);
  }

  static Result result(What what, long failed) {
    return new Result(
        what,
        new Result.Asked(Over.HTTPS, 32, true, false, 5000),
        2_000_000,
        1234.5,
        trial(1_000_000_000L, failed),
        Ceiling.Work.of(what, true, true),
        new Ceiling.Around(40_000, 20_000),
        2,
        200L << 20);
  }

  static Against against() {
    return new Against(
        List.of(result(What.TOKEN, 0), result(What.CERTIFICATE, 0)),
        List.of(
            row(PeerName.SPIRE, What.TOKEN, trial(500_000_000L, 0)),
            row(PeerName.OPENBAO, What.TOKEN, trial(0, 1_234_567L)),
            new Against.Row(PeerName.KEYCLOAK, What.CERTIFICATE, "none", null)),
        List.of(
            new Against.SetUp(PeerName.SPIRE, "as it is"),
            new Against.SetUp(PeerName.KEYCLOAK, "as it is")));
  }

  private static Against.Row row(PeerName peer, What what, Trial trial) {
    return new Against.Row(peer, what, "an operation of a name that is long", trial);
  }
}

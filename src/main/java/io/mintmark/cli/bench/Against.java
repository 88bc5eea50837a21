package io.mintmark.cli.bench;

import io.mintmark.cli.bench.load.Trial;
import io.mintmark.cli.bench.load.What;
import io.mintmark.cli.bench.peers.PeerName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A broker and other systems, one after the other on one machine under the same load.
 *
 * @param broker a run for each operation
 */
record Against(List<Result> broker, List<Row> rows, List<SetUp> setUps) {
  Against {
    broker = List.copyOf(broker);
    rows = List.copyOf(rows);
    setUps = List.copyOf(setUps);
  }

  /**
   * An operation of a system.
   *
   * @param operation by the name that the system has for it
   * @param trial null where the system has none that is comparable
   */
  record Row(PeerName peer, What what, String operation, @Nullable Trial trial) {}

  /** How a system was set up. */
  record SetUp(PeerName peer, String said) {}

  /** Whether everyone did what it was asked for. */
  boolean allAnswered() {
    return broker.stream().allMatch(run -> run.measured().answered() > 0)
        && rows.stream()
            .allMatch(row -> row.trial() == null || row.trial().measured().answered() > 0);
  }

  List<Row> rowsOf(What what) {
    return rows.stream().filter(row -> row.what() == what).toList();
  }

  /** The broker's rate by that of a system; NaN where that system did nothing. */
  double ratio(Row row) {
    double ours =
        broker.stream()
            .filter(run -> run.what() == row.what())
            .mapToDouble(run -> run.measured().rate())
            .findFirst()
            .orElse(Double.NaN);
    return row.trial() == null || row.trial().measured().answered() == 0
        ? Double.NaN
        : ours / row.trial().measured().rate();
  }
}

package io.mintmark.cli.bench;

import io.mintmark.cli.bench.load.Caller;
import io.mintmark.cli.bench.load.Trial;
import io.mintmark.cli.bench.load.What;
import io.mintmark.cli.bench.peers.Keycloak;
import io.mintmark.cli.bench.peers.OpenBao;
import io.mintmark.cli.bench.peers.Peer;
import io.mintmark.cli.bench.peers.PeerName;
import io.mintmark.cli.bench.peers.Scripts;
import io.mintmark.cli.bench.peers.Shown;
import io.mintmark.cli.bench.peers.Spire;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Measures the broker and then, when it has ended, one system after the other. One that cannot be
 * installed or reached is an error before anything is measured.
 */
final class AgainstRun {
  private final PeerOptions options;
  private final @Nullable Path folder;
  private final int proofs;
  private final Consumer<String> said;
  private final List<Result> broker = new ArrayList<>();
  private final List<Against.Row> rows = new ArrayList<>();
  private final List<Against.SetUp> setUps = new ArrayList<>();

  /**
   * @param folder below which all keep what they have; null for the system's own place for such
   * @param proofs distinct ones, for each system
   */
  AgainstRun(PeerOptions options, @Nullable Path folder, int proofs, Consumer<String> said) {
    this.options = options;
    this.folder = folder;
    this.proofs = proofs;
    this.said = said;
  }

  Against run(List<What> operations, Result.Asked asked, Trial.Plan plan)
      throws IOException, InterruptedException {
    try (Scripts scripts = Scripts.of(OwnBroker.checkout(), folder)) {
      for (PeerName name : options.against) {
        ready(name, scripts);
      }
      try (BrokerRuns runs = BrokerRuns.start(folder, proofs, said)) {
        for (What what : operations) {
          said.accept("mintmark: " + what.sentence());
          broker.add(runs.run(what, asked, plan));
        }
      }
      for (PeerName name : options.against) {
        said.accept(name + ": getting it ready");
        try (Peer peer = open(name, scripts)) {
          setUps.add(new Against.SetUp(name, peer.setUp()));
          measure(name, peer, operations, asked, plan);
        }
      }
      return new Against(broker, rows, setUps);
    }
  }

  private void measure(
      PeerName name, Peer peer, List<What> operations, Result.Asked asked, Trial.Plan plan)
      throws IOException, InterruptedException {
    for (What what : operations) {
      if (!name.does(what)) {
        rows.add(new Against.Row(name, what, "none", null));
      }
    }
    for (Peer.Operation operation : peer.operations()) {
      if (operations.contains(operation.what())) {
        said.accept(name + ": " + operation.name());
        Trial.Plan longer =
            new Trial.Plan(plan.rate(), plan.time(), operation.leastWarmUp(), plan.mostWarmUp());
        Trial trial =
            Trial.run(
                operation.network().get(),
                loop -> callers(operation, loop, asked.connections()),
                longer,
                peer::usage,
                said);
        rows.add(new Against.Row(name, operation.what(), operation.name(), trial));
      }
    }
  }

  private static List<Caller> callers(Peer.Operation operation, EventLoop loop, int count) {
    List<Caller> callers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      callers.add(operation.callers().on(loop));
    }
    return callers;
  }

  /** What can be known before the first measurement, which takes minutes. */
  private void ready(PeerName name, Scripts scripts) throws IOException, InterruptedException {
    if (options.isGiven(name)) {
      options.reach(name);
    } else {
      said.accept(name + ": installed, or being installed");
      scripts.install(name);
    }
  }

  private Peer open(PeerName name, Scripts scripts) throws IOException, InterruptedException {
    Shown shown = new Shown(scripts.work().resolve("proofs-" + name), proofs);
    return options.isGiven(name)
        ? options.open(name, shown)
        : switch (name) {
          case SPIRE -> Spire.start(scripts);
          case OPENBAO -> OpenBao.start(scripts, shown);
          case KEYCLOAK -> Keycloak.start(scripts, shown);
        };
  }
}

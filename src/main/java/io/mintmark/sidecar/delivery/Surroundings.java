package io.mintmark.sidecar.delivery;

import io.micrometer.core.instrument.MeterRegistry;
import io.mintmark.sidecar.held.Credentials;
import io.mintmark.sidecar.held.Trust;
import io.netty.channel.EventLoopGroup;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What a delivery works with.
 *
 * @param network the one group of event loops
 * @param timer for what is to happen later; nothing that waits runs on it
 * @param workers for what waits: files, hooks
 * @param lookups of those workers, for what waits for name servers
 */
public record Surroundings(
    Credentials credentials,
    Trust trust,
    InstantSource clock,
    EventLoopGroup network,
    ScheduledExecutorService timer,
    Executor workers,
    NameLookups lookups,
    MeterRegistry meters) {
  /** With a share of the workers for name look-ups. */
  public Surroundings(
      Credentials credentials,
      Trust trust,
      InstantSource clock,
      EventLoopGroup network,
      ScheduledExecutorService timer,
      Executor workers,
      MeterRegistry meters) {
    this(credentials, trust, clock, network, timer, workers, NameLookups.on(workers), meters);
  }
}

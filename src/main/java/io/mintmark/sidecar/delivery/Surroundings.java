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
 * @param workers for what waits: files, hooks, name look-ups
 */
public record Surroundings(
    Credentials credentials,
    Trust trust,
    InstantSource clock,
    EventLoopGroup network,
    ScheduledExecutorService timer,
    Executor workers,
    MeterRegistry meters) {}

package io.mintmark.sidecar.proxy;

import io.mintmark.sidecar.held.Credentials;
import io.netty.channel.EventLoop;
import java.time.InstantSource;

/**
 * What all requests of one proxy share. All of it runs on one event loop, so nothing here is
 * locked.
 *
 * @param tunnelsTo the addresses that a tunnel may lead to
 */
record Engine(
    ProxyPlan plan,
    Screen screen,
    Credentials credentials,
    Upstreams upstreams,
    Connector connector,
    Connector.Permitted tunnelsTo,
    Counts counts,
    InstantSource clock,
    EventLoop loop,
    Budget budget) {}

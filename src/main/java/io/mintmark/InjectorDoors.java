package io.mintmark;

import io.micrometer.core.instrument.MeterRegistry;
import io.mintmark.api.Networks;
import io.mintmark.api.http.Connections;
import io.mintmark.api.http.Door;
import io.mintmark.kubernetes.injector.InjectorServer;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/**
 * Servers of the injector behind the broker's door: any pod may reach them, and the memory is a
 * part of what the broker has.
 */
final class InjectorDoors implements InjectorServer.Servers {
  private static final int ADDRESSES = 4;
  private static final int CONNECTIONS = 1_000;
  private static final int HEALTH_CONNECTIONS = 256;

  /** Of one address it is enough for what an API server has under way, 600 requests by default. */
  private static final long MEMORY = 12 << 20;

  private static final long HEALTH_MEMORY = 1 << 20;

  /** An API server that asks once in three times that keeps its connection. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Connections connections;

  private InjectorDoors(Connections connections) {
    this.connections = connections;
  }

  /** For the webhook, whose connections are told of in metrics. */
  static InjectorDoors webhook(MeterRegistry meters) {
    Connections connections =
        new Connections(
            limits(CONNECTIONS, MEMORY),
            Networks.NONE,
            false,
            why -> Telemetry.sheds(meters, why).increment());
    Telemetry.follow(meters, connections);
    return new InjectorDoors(connections);
  }

  /** For health and metrics, so that callers of the webhook do not keep a kubelet out. */
  static InjectorDoors health() {
    return new InjectorDoors(
        new Connections(limits(HEALTH_CONNECTIONS, HEALTH_MEMORY), Networks.NONE));
  }

  private static Connections.Limits limits(int most, long memory) {
    return new Connections.Limits(most, most / ADDRESSES, PATIENCE, memory, memory / ADDRESSES);
  }

  @Override
  public HttpServer server(
      Vertx vertx, HttpServerOptions options, Handler<HttpServerRequest> inside) {
    return new Door(vertx, connections, inside).server(ListenerOptions.bounded(options));
  }
}

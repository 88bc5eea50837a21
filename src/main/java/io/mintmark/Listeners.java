package io.mintmark;

import grpc.health.v1.HealthOuterClass.HealthCheckResponse.ServingStatus;
import io.mintmark.api.Networks;
import io.mintmark.api.grpc.GrpcDoor;
import io.mintmark.api.http.Connections;
import io.mintmark.api.http.Door;
import io.mintmark.api.http.PassedListener;
import io.mintmark.api.http.Routes;
import io.netty.channel.EventLoopGroup;
import io.quarkus.grpc.runtime.health.GrpcHealthStorage;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.VertxInternal;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * All that listens. It is opened here and not by the framework, which lets nobody say how bytes
 * that are no HTTP are answered.
 */
@Singleton
class Listeners {
  private static final int OPENING_SECONDS = 30;

  private final Vertx vertx;
  private final Service service;
  private final GrpcHealthStorage health;
  private final Handler<HttpServerRequest> management;
  private final Connections managementConnections;
  private final @Nullable PassedListener passed;
  private @Nullable String deployment;

  Listeners(Vertx vertx, Service service, GrpcHealthStorage health, ManagementEnd management) {
    this.vertx = vertx;
    this.service = service;
    this.health = health;
    this.management = management;
    this.managementConnections =
        new Connections(service.setup().managementConnections(), Networks.parse(List.of()));
    this.passed = service.setup().https().passed() ? new PassedListener(PassedSocket.take()) : null;
  }

  void open(@Observes StartupEvent start) throws Exception {
    EventLoopGroup loops = ((VertxInternal) vertx).getEventLoopGroup();
    Routes routes = service.routes();
    GrpcDoor grpc =
        new GrpcDoor(
            vertx,
            service.intake(),
            service.callers(),
            service.lastingCalls(),
            VertxHttpRecorder.getRootHandler());
    deployment =
        await(
            vertx.deployVerticle(
                () -> new Loop(routes, grpc), new DeploymentOptions().setInstances(size(loops))));
    if (passed != null) {
      passed.accept();
    }
  }

  /**
   * The first thing at a stop: what has begun is answered, which means that it is on record, while
   * health says that nothing more should be sent here. At a socket that was passed, what connects
   * from now on waits for the next start. All else is taken down after this returns.
   */
  void drain(@Observes ShutdownDelayInitiatedEvent stop) {
    if (passed != null) {
      passed.rest();
    }
    for (String served : health.getStatuses().keySet()) {
      health.setStatus(served, ServingStatus.NOT_SERVING);
    }
    service.stop().toCompletableFuture().join();
  }

  void close(@Observes ShutdownEvent stop) throws Exception {
    if (deployment != null) {
      await(vertx.undeploy(deployment));
    }
  }

  private static int size(EventLoopGroup loops) {
    int size = 0;
    for (var _ : loops) {
      size++;
    }
    return size;
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(OPENING_SECONDS, TimeUnit.SECONDS);
  }

  /** The listeners as one event loop serves them. */
  private final class Loop extends AbstractVerticle {
    private final Routes routes;
    private final GrpcDoor grpc;

    Loop(Routes routes, GrpcDoor grpc) {
      this.routes = routes;
      this.grpc = grpc;
    }

    @Override
    public void start(Promise<Void> started) {
      Setup setup = service.setup();
      Door served = new Door(vertx, service.connections(), routes, grpc);
      Door managed = new Door(vertx, managementConnections, management);
      List<Future<HttpServer>> opened = new ArrayList<>();
      HttpServerOptions https = ListenerOptions.https(setup.https(), service.serverTls());
      opened.add(passed == null ? open(served, https) : served.server(https, passed).listen());
      if (setup.http() != null) {
        opened.add(open(served, ListenerOptions.http(setup.http())));
      }
      opened.add(open(managed, ListenerOptions.http(setup.management())));
      Future.all(opened).<Void>mapEmpty().onComplete(started);
    }

    private static Future<HttpServer> open(Door door, HttpServerOptions options) {
      return door.server(options).listen();
    }
  }
}

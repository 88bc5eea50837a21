package io.mintmark.kubernetes.injector;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mintmark.spiffe.ServerSuites;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.KeyCertOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.X509KeyManager;
import org.jboss.logging.Logger;

/** The webhook over TLS, and health and metrics beside it. */
public final class InjectorServer implements AutoCloseable {
  private static final int HANDSHAKE_SECONDS = 5;
  private static final int OPENING_SECONDS = 30;
  private static final Logger LOG = Logger.getLogger(InjectorServer.class);

  private final Vertx vertx;
  private final HttpServer webhook;
  private final HttpServer health;

  private InjectorServer(Vertx vertx, HttpServer webhook, HttpServer health) {
    this.vertx = vertx;
    this.webhook = webhook;
    this.health = health;
  }

  /** Makes servers that do not listen yet, and that bear whoever can reach them. */
  @FunctionalInterface
  public interface Servers {
    /**
     * @param inside answers what is sound
     */
    HttpServer server(Vertx vertx, HttpServerOptions options, Handler<HttpServerRequest> inside);
  }

  /**
   * @param certificate asked anew at each handshake
   * @param notReady what is missing, if anything; called for each look at the health
   * @param metrics what is scraped
   * @param webhooks makes the webhook's
   * @param healths makes that of health and metrics
   */
  public static InjectorServer start(
      InjectorPlan plan,
      X509KeyManager certificate,
      Supplier<List<String>> notReady,
      MeterRegistry meters,
      Supplier<String> metrics,
      Servers webhooks,
      Servers healths)
      throws IOException {
    Injection injection = new Injection(plan, () -> authorities(plan));
    if (plan.broker().trust() instanceof BrokerReference.Trust.Authorities) {
      try {
        authorities(plan);
      } catch (UncheckedIOException unreadable) {
        throw new IOException(unreadable.getMessage(), unreadable);
      }
    }
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(4));
    HttpServer health = null;
    try {
      rehearse(vertx, injection, certificate, webhooks);
      HttpServer webhook =
          opened(
              webhooks,
              vertx,
              tls(plan.listen().getHostString(), plan.listen().getPort(), certificate),
              new Webhook(vertx, injection, meters));
      health =
          opened(
              healths,
              vertx,
              options(plan.health().getHostString(), plan.health().getPort()),
              request -> looked(request, notReady, metrics));
      return new InjectorServer(vertx, webhook, health);
    } catch (IOException failed) {
      vertx.close();
      throw failed;
    }
  }

  /** The port of the webhook. */
  public int port() {
    return webhook.actualPort();
  }

  /** The port of health and metrics. */
  public int healthPort() {
    return health.actualPort();
  }

  @Override
  public void close() {
    try {
      // what has begun is answered
      webhook.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException late) {
      // the process ends all the same
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Slow first answers are no reason to give none. */
  private static void rehearse(
      Vertx vertx, Injection injection, X509KeyManager certificate, Servers servers) {
    try {
      HttpServer stage =
          opened(
              servers,
              vertx,
              tls(Rehearsal.LOOPBACK, 0, certificate),
              new Webhook(vertx, injection, new SimpleMeterRegistry()));
      try {
        Rehearsal.of(vertx, stage);
      } finally {
        stage.close();
      }
    } catch (IOException failed) {
      LOG.warn("the first answers will be slow: " + failed.getMessage());
    }
  }

  private static String authorities(InjectorPlan plan) {
    if (!(plan.broker().trust()
        instanceof BrokerReference.Trust.Authorities(Path file, String domain))) {
      return "";
    }
    try {
      return AuthorityFile.read(file);
    } catch (IOException unusable) {
      throw new UncheckedIOException(
          "the broker's authorities: " + unusable.getMessage(), unusable);
    }
  }

  private static HttpServerOptions tls(String host, int port, X509KeyManager certificate) {
    HttpServerOptions options = options(host, port);
    ServerSuites.names().forEach(options::addEnabledCipherSuite);
    return options
        .setSsl(true)
        .setEnabledSecureTransportProtocols(ServerSuites.versions())
        .setUseAlpn(true)
        .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
        .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
        .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
        .setKeyCertOptions(KeyCertOptions.wrap(certificate));
  }

  private static HttpServerOptions options(String host, int port) {
    return new HttpServerOptions().setHost(host).setPort(port);
  }

  private static HttpServer opened(
      Servers servers, Vertx vertx, HttpServerOptions options, Handler<HttpServerRequest> handler)
      throws IOException {
    HttpServer server = servers.server(vertx, options, handler).exceptionHandler(broken -> {});
    try {
      return server
          .listen()
          .toCompletionStage()
          .toCompletableFuture()
          .get(OPENING_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failed) {
      throw new IOException(
          "cannot listen on %s:%d: %s"
              .formatted(
                  options.getHost(),
                  options.getPort(),
                  failed.getCause() == null ? "too late" : failed.getCause().getMessage()),
          failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }

  private static void looked(
      HttpServerRequest request, Supplier<List<String>> notReady, Supplier<String> metrics) {
    switch (String.valueOf(request.path())) {
      case "/q/health/live" -> said(request, 200, "{\"status\":\"UP\"}");
      case "/q/health/ready" -> {
        List<String> missing = notReady.get();
        said(
            request,
            missing.isEmpty() ? 200 : 503,
            missing.isEmpty()
                ? "{\"status\":\"UP\"}"
                : new ObjectNode(JsonNodeFactory.instance)
                    .put("status", "DOWN")
                    .put("why", String.join("; ", missing))
                    .toString());
      }
      case "/q/metrics" ->
          request
              .response()
              .putHeader("content-type", "text/plain; version=0.0.4")
              .end(metrics.get());
      default -> said(request, 404, "{\"error\":\"there is no such page\"}");
    }
  }

  private static void said(HttpServerRequest request, int status, String json) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("content-type", "application/json")
        .end(json);
  }
}

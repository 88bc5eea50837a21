package io.mintmark.sidecar;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.mintmark.sidecar.plan.ListenAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Health and metrics over plain HTTP: {@code /q/health/live}, {@code /q/health/ready} (200 or 503
 * with the reasons, a line each) and {@code /q/metrics}.
 */
@SuppressWarnings(
    "deprecation") // of the Prometheus registries, this is the one that Quarkus brings
public final class Management implements AutoCloseable {
  private final HttpServer server;
  private static final int MOST = 32;
  private static final String SECONDS = "5";

  static {
    // a caller that says its head slowly, or reads no answer, would keep a thread for ever
    System.setProperty("sun.net.httpserver.maxReqTime", SECONDS);
    System.setProperty("sun.net.httpserver.maxRspTime", SECONDS);
    System.setProperty("jdk.httpserver.maxConnections", Integer.toString(MOST));
  }

  private final ExecutorService threads =
      new ThreadPoolExecutor(
          0,
          MOST,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().daemon().name("mintmark-management-", 0).factory());

  private Management(HttpServer server) {
    this.server = server;
  }

  /** Listens; an address that cannot be had is an error that names it. */
  public static Management start(
      ListenAddress listen, Supplier<List<String>> notReady, PrometheusMeterRegistry meters)
      throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(listen.host(), listen.port()), 16);
    } catch (IOException taken) {
      throw new IOException(
          "management cannot listen on " + listen + ": " + taken.getMessage(), taken);
    }
    Management management = new Management(server);
    server.setExecutor(management.threads);
    server.createContext("/", exchange -> answer(exchange, notReady, meters));
    server.start();
    return management;
  }

  /** The port in use. */
  public int port() {
    return server.getAddress().getPort();
  }

  private static void answer(
      HttpExchange exchange, Supplier<List<String>> notReady, PrometheusMeterRegistry meters)
      throws IOException {
    try (exchange) {
      boolean get = exchange.getRequestMethod().equals("GET");
      switch (get ? exchange.getRequestURI().getPath() : "") {
        case "/q/health/live" -> send(exchange, 200, "live\n");
        case "/q/health/ready" -> {
          List<String> reasons = notReady.get();
          send(
              exchange,
              reasons.isEmpty() ? 200 : 503,
              reasons.isEmpty() ? "ready\n" : String.join("\n", reasons) + "\n");
        }
        case "/q/metrics" -> send(exchange, 200, meters.scrape());
        default -> send(exchange, get ? 404 : 405, "not found\n");
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", "text/plain; charset=utf-8");
    exchange.getResponseHeaders().set("cache-control", "no-store");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}

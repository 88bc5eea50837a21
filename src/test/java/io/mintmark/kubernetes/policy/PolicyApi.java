package io.mintmark.kubernetes.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import io.mintmark.kubernetes.ClusterApi;
import io.mintmark.kubernetes.review.FakeApiServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** An API server on loopback that has custom resources: lists and watches them, takes statuses. */
final class PolicyApi implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long LONGEST_WAIT = 60_000_000_000L;

  private final FakeApiServer server = new FakeApiServer();
  private final Map<String, Map<String, String>> objects = new TreeMap<>();
  private final List<Told> events = new ArrayList<>();
  private long version = 100;
  private int epoch;
  private int watches;
  private String last = "";

  /** The statuses that were written, by path. */
  final BlockingQueue<Map.Entry<String, JsonNode>> statuses = new LinkedBlockingQueue<>();

  /** What a write of a status is answered with, by its path. */
  volatile ToIntFunction<String> writing = path -> 200;

  /** What everything else is answered with; 0 where it is answered. */
  volatile int refusing;

  private record Told(long version, String plural, String line) {}

  PolicyApi() {
    for (CustomKind kind : CustomKind.values()) {
      objects.put(kind.plural(), new TreeMap<>());
    }
    server.answering = this::answer;
  }

  ClusterApi open() {
    try {
      return ClusterApi.at(server.url(), null, () -> "broker-token");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  List<String> requests() {
    return server.requests;
  }

  /** Stores an object, and tells of it. */
  synchronized void put(CustomKind kind, String where, long generation, String spec) {
    put(kind, where, generation, spec, "{}");
  }

  synchronized void put(
      CustomKind kind, String where, long generation, String spec, String status) {
    boolean isNew = !objects.get(kind.plural()).containsKey(where);
    put(kind, where, "u-" + where, generation, spec, status);
    tell(isNew ? "ADDED" : "MODIFIED", kind, where);
  }

  /** Stores an object of which no watch tells. */
  synchronized void put(
      CustomKind kind, String where, String uid, long generation, String spec, String status) {
    String[] parts = where.split("/", 2);
    String metadata =
        parts.length == 1
            ? "\"name\":\"%s\"".formatted(where)
            : "\"namespace\":\"%s\",\"name\":\"%s\"".formatted(parts[0], parts[1]);
    version++;
    objects
        .get(kind.plural())
        .put(
            where,
            ("{\"apiVersion\":\"mintmark.io/v1\",\"kind\":\"%s\",\"metadata\":{%s,\"uid\":\"%s\","
                    + "\"generation\":%d,\"resourceVersion\":\"%d\",\"managedFields\":[{\"a\":{}}],"
                    + "\"creationTimestamp\":\"2026-11-22T10:00:00Z\"},\"spec\":%s,\"status\":%s}")
                .formatted(kind.kind().word(), metadata, uid, generation, version, spec, status));
  }

  synchronized void delete(CustomKind kind, String where) {
    version++;
    objects
        .get(kind.plural())
        .computeIfPresent(
            where,
            (same, object) ->
                object.replaceFirst(
                    "\"resourceVersion\":\"\\d+\"", "\"resourceVersion\":\"" + version + "\""));
    tell("DELETED", kind, where);
    objects.get(kind.plural()).remove(where);
  }

  /** Deletes an object of which no watch tells. */
  synchronized void lose(CustomKind kind, String where) {
    version++;
    objects.get(kind.plural()).remove(where);
  }

  /** Ends all watches; {@code last} is what each tells at its end. */
  synchronized void endWatches(String last) {
    this.last = last;
    epoch++;
    notifyAll();
  }

  /** Waits until so many watches were begun in all. */
  void watched(int times) {
    eventually(
        () -> {
          synchronized (this) {
            return watches >= times;
          }
        });
  }

  /** Everything is as it was before, and versions too. */
  synchronized void restored() {
    version -= 50;
  }

  static void eventually(BooleanSupplier holds) {
    long began = System.nanoTime();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() - began > LONGEST_WAIT) {
        throw new AssertionError("never so");
      }
      Thread.onSpinWait();
      try {
        Thread.sleep(10);
      } catch (InterruptedException stop) {
        throw new AssertionError(stop);
      }
    }
  }

  private void tell(String type, CustomKind kind, String where) {
    String object = objects.get(kind.plural()).get(where);
    String line = "{\"type\":\"" + type + "\",\"object\":" + object + "}\n";
    events.add(new Told(version, kind.plural(), line));
    notifyAll();
  }

  private void answer(HttpExchange exchange) throws IOException, InterruptedException {
    String path = exchange.getRequestURI().getPath();
    Map<String, String> query = query(exchange.getRequestURI().getQuery());
    if (exchange.getRequestMethod().equals("PATCH")) {
      int code = writing.applyAsInt(path);
      // one status is written at a time, and nothing else has a body
      String body =
          server.bodies.reversed().stream().filter(one -> !one.isEmpty()).findFirst().orElseThrow();
      statuses.add(Map.entry(path, JSON.readTree(body)));
      FakeApiServer.answer(exchange, code, code == 200 ? body : "{\"kind\":\"Status\"}");
    } else if (refusing != 0) {
      FakeApiServer.answer(exchange, refusing, "{}");
    } else if (path.equals("/.well-known/openid-configuration")) {
      FakeApiServer.answer(exchange, 200, "{\"issuer\":\"" + Cluster.CLUSTER_ISSUER + "\"}");
    } else if (query.containsKey("watch")) {
      watch(exchange, path.substring(path.lastIndexOf('/') + 1), query.get("resourceVersion"));
    } else {
      FakeApiServer.answer(exchange, 200, list(path.substring(path.lastIndexOf('/') + 1), query));
    }
  }

  private synchronized String list(String plural, Map<String, String> query) {
    List<String> all = List.copyOf(objects.get(plural).values());
    int from = Integer.parseInt(query.getOrDefault("continue", "0"));
    int to = Math.min(all.size(), from + Integer.parseInt(query.get("limit")));
    String next = to < all.size() ? ",\"continue\":\"" + to + "\"" : "";
    return "{\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"%d\"%s},\"items\":[%s]}"
        .formatted(version, next, String.join(",", all.subList(from, to)));
  }

  private void watch(HttpExchange exchange, String plural, String from)
      throws IOException, InterruptedException {
    exchange.sendResponseHeaders(200, 0);
    OutputStream body = exchange.getResponseBody();
    body.flush();
    long seen = Long.parseLong(from);
    int told = 0;
    int since;
    synchronized (this) {
      since = epoch;
      watches++;
    }
    while (true) {
      StringBuilder lines = new StringBuilder();
      boolean ends;
      synchronized (this) {
        while (told == events.size() && epoch == since) {
          wait();
        }
        ends = epoch != since;
        for (Told one : ends ? List.<Told>of() : events.subList(told, events.size())) {
          lines.append(one.plural().equals(plural) && one.version() > seen ? one.line() : "");
        }
        told = events.size();
        lines.append(ends ? last : "");
      }
      body.write(lines.toString().getBytes(StandardCharsets.UTF_8));
      body.flush();
      if (ends) {
        return;
      }
    }
  }

  private static Map<String, String> query(String query) {
    return query == null
        ? Map.of()
        : Arrays.stream(query.split("&"))
            .map(one -> one.split("=", 2))
            .collect(Collectors.toMap(one -> one[0], one -> one[1]));
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException malformed) {
      throw new IllegalArgumentException(malformed);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}

package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Traces of the packaged broker, and a collector that stands in for theirs. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TraceIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";

  @TempDir Path folder;

  private record Span(
      String trace, String id, String parent, String name, Map<String, String> attributes) {}

  @Test
  void anExchangeIsATraceOfItsStagesAndItsRecordNamesTheTrace() throws Exception {
    BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    HttpServer collector = collector(received);
    try (PackagedBroker broker =
        PackagedBroker.start(folder, settings(collector.getAddress().getPort()))) {
      byte[] body = broker.exchange();
      HttpResponse<String> answer = exchange(broker, body);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      JsonNode struck = JSON.readTree(answer.body());
      broker.stop();
      assertThat(received).isNotEmpty();
      List<Span> spans = received.stream().flatMap(batch -> spans(batch).stream()).toList();
      Span exchange =
          spans.stream().filter(one -> one.name().equals("exchange")).findFirst().orElseThrow();
      assertThat(exchange.trace()).isEqualTo(TRACE);
      assertThat(exchange.parent()).isEqualTo(CALLER);
      assertThat(exchange.attributes())
          .containsEntry("mintmark.decision_id", struck.path("decision_id").asText())
          .containsEntry("mintmark.outcome", "minted")
          .containsEntry("mintmark.evidence", "jwt-svid")
          .containsEntry("mintmark.credential", "access-token")
          .doesNotContainKey("mintmark.reason");
      assertThat(spans)
          .filteredOn(one -> one.parent().equals(exchange.id()))
          .extracting(Span::name)
          .containsExactlyInAnyOrder("attest", "decide", "mint", "record");
      assertThat(spans).extracting(Span::trace).containsOnly(TRACE);
      assertThat(broker.ledger()).contains(TRACE).contains(struck.path("decision_id").asText());
      String all =
          received.stream()
              .map(batch -> new String(batch, StandardCharsets.ISO_8859_1))
              .reduce("", String::concat);
      assertThat(all)
          .doesNotContain(struck.path("access_token").asText().substring(0, 40))
          .doesNotContain(JSON.readTree(body).at("/evidence/token").asText().substring(0, 40))
          .doesNotContain("SECRET");
    } finally {
      collector.stop(0);
    }
  }

  @Test
  void aCollectorThatIsNotThereHarmsNoExchangeAndFillsNoLog() throws Exception {
    int nobody;
    try (ServerSocket free = new ServerSocket(0)) {
      nobody = free.getLocalPort();
    }
    try (PackagedBroker broker = PackagedBroker.start(folder, settings(nobody))) {
      byte[] body = broker.exchange();
      for (int i = 0; i < 3_000; i++) {
        assertThat(exchange(broker, body).statusCode()).isEqualTo(200);
      }
      broker.stop();
      assertThat(Files.readAllLines(broker.log())).hasSizeLessThan(60);
    }
  }

  @Test
  void whereNoCollectorIsNamedNothingIsSent() throws Exception {
    BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    HttpServer collector = collector(received);
    try (PackagedBroker broker =
        PackagedBroker.start(
            folder,
            Map.of(
                "OTEL_SDK_DISABLED",
                "true",
                "OTEL_EXPORTER_OTLP_PROTOCOL",
                "http/protobuf",
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://127.0.0.1:" + collector.getAddress().getPort()))) {
      assertThat(exchange(broker, broker.exchange()).statusCode()).isEqualTo(200);
      broker.stop();
      assertThat(received).isEmpty();
    } finally {
      collector.stop(0);
    }
  }

  private static Map<String, String> settings(int port) {
    return Map.of(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "http://127.0.0.1:" + port,
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "http/protobuf");
  }

  private static HttpServer collector(BlockingQueue<byte[]> received) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/v1/traces",
        call -> {
          received.add(call.getRequestBody().readAllBytes());
          call.getResponseHeaders().add("Content-Type", "application/x-protobuf");
          call.sendResponseHeaders(200, -1);
          call.close();
        });
    server.start();
    return server;
  }

  private static HttpResponse<String> exchange(PackagedBroker broker, byte[] body)
      throws Exception {
    URI uri = broker.endpoint("http").resolve("/v1/exchange?token=SECRET");
    return CLIENT.send(
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer SECRET")
            .header("User-Agent", "SECRET")
            .header("traceparent", "00-" + TRACE + "-" + CALLER + "-01")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /** ExportTraceServiceRequest of OTLP, by its field numbers. */
  private static List<Span> spans(byte[] batch) {
    return messages(parsed(ByteString.copyFrom(batch)), 1).stream()
        .flatMap(resource -> messages(resource, 2).stream())
        .flatMap(scope -> messages(scope, 2).stream())
        .map(
            span -> {
              Map<String, String> attributes = new TreeMap<>();
              for (UnknownFieldSet attribute : messages(span, 9)) {
                attributes.put(text(attribute, 1), text(messages(attribute, 2).getFirst(), 1));
              }
              return new Span(hex(span, 1), hex(span, 2), hex(span, 4), text(span, 5), attributes);
            })
        .toList();
  }

  private static UnknownFieldSet parsed(ByteString bytes) {
    try {
      return UnknownFieldSet.parseFrom(bytes);
    } catch (com.google.protobuf.InvalidProtocolBufferException malformed) {
      throw new AssertionError(malformed);
    }
  }

  private static List<UnknownFieldSet> messages(UnknownFieldSet message, int field) {
    return message.getField(field).getLengthDelimitedList().stream().map(TraceIT::parsed).toList();
  }

  private static String text(UnknownFieldSet message, int field) {
    return message.getField(field).getLengthDelimitedList().stream()
        .map(ByteString::toStringUtf8)
        .findFirst()
        .orElse("");
  }

  private static String hex(UnknownFieldSet message, int field) {
    return message.getField(field).getLengthDelimitedList().stream()
        .map(bytes -> HexFormat.of().formatHex(bytes.toByteArray()))
        .findFirst()
        .orElse("");
  }
}

package io.mintmark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;

/** Speaks to a broker in JSON over HTTPS. */
public final class BrokerClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final URI broker;
  private final HttpClient http;

  /**
   * @param broker the base URL, such as {@code https://localhost:8443}
   */
  public BrokerClient(URI broker, SSLContext tls) {
    this.broker = broker;
    this.http = HttpClient.newBuilder().sslContext(tls).connectTimeout(TIMEOUT).build();
  }

  /**
   * Posts JSON and returns the answer's JSON; throws {@link Refusal} for an answer other than 200.
   */
  public JsonNode post(String path, ObjectNode body) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(broker.resolve(path))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body))));
  }

  /**
   * Posts a form and returns the answer's JSON; throws {@link Refusal} for an answer other than
   * 200.
   */
  public JsonNode postForm(String path, String form) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(broker.resolve(path))
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form)));
  }

  /** Gets JSON; throws {@link Refusal} for an answer other than 200. */
  public JsonNode get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(broker.resolve(path)).GET());
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<byte[]> response;
    try {
      response =
          http.send(request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (SSLHandshakeException untrusted) {
      throw new IOException(
          "the certificate of the broker at "
              + broker
              + " is not trusted: give the authorities it ends at, such as broker-bundle.pem of the"
              + " broker's data folder, by --trust",
          untrusted);
    } catch (IOException unreachable) {
      String message = unreachable.getMessage();
      throw new IOException(
          "cannot reach the broker at "
              + broker
              + (message == null ? "" : ": " + message)
              + "; is it running, and is its bundle trusted?",
          unreachable);
    }
    JsonNode body;
    try {
      body = JSON.readTree(response.body());
    } catch (IOException notJson) {
      throw new IOException(
          "the broker answered " + response.statusCode() + " and no JSON", notJson);
    }
    if (response.statusCode() != 200) {
      throw new Refusal(response.statusCode(), body);
    }
    return body;
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }

  /** The broker said no. */
  public static final class Refusal extends IOException {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final transient JsonNode body;

    Refusal(int status, JsonNode body) {
      super(
          "refused (%s): %s (decision %s)"
              .formatted(
                  body.path("reason").asText("no reason"),
                  body.path("error_description").asText("HTTP " + status),
                  body.path("decision_id").asText("none")));
      this.status = status;
      this.body = body;
    }

    public int status() {
      return status;
    }

    public JsonNode body() {
      return body;
    }
  }

  /** Percent-encodes a form value. */
  public static String encoded(String value) {
    return java.net.URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}

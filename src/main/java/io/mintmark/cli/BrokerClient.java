package io.mintmark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;

/** Speaks to a broker in JSON over HTTPS. */
public final class BrokerClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static final int MAX_ANSWER = 1 << 20;

  private final URI broker;
  private final HttpClient http;
  private final Duration timeout;

  /**
   * @param broker the base URL, such as {@code https://localhost:8443}
   */
  public BrokerClient(URI broker, SSLContext tls) {
    this(broker, tls, TIMEOUT);
  }

  BrokerClient(URI broker, SSLContext tls, Duration timeout) {
    this.broker = broker;
    this.timeout = timeout;
    this.http = HttpClient.newBuilder().sslContext(tls).build();
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
    HttpResponse<byte[]> response = answer(request.build());
    JsonNode body;
    try {
      body = JSON.readTree(response.body());
    } catch (IOException notJson) {
      body = MissingNode.getInstance();
    }
    if (!body.isObject()) {
      throw new IOException(
          "what answers at %s is no broker: status %d, and no JSON object"
              .formatted(broker, response.statusCode()));
    }
    if (response.statusCode() != 200) {
      throw new Refusal(response.statusCode(), body);
    }
    return body;
  }

  /** The whole answer within the time limit, however slowly its body comes. */
  private HttpResponse<byte[]> answer(HttpRequest request)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> coming =
        http.sendAsync(
            request,
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofByteArray(), MAX_ANSWER));
    try {
      return coming.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException slow) {
      coming.cancel(true);
      throw new IOException(
          "the broker at " + broker + " did not answer within " + timeout.toMillis() + " ms", slow);
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause() == null ? failed : failed.getCause();
      if (cause instanceof SSLHandshakeException) {
        throw new IOException(
            "the certificate of the broker at "
                + broker
                + " is not trusted: give the authorities it ends at, such as broker-bundle.pem of"
                + " the broker's data folder, by --trust",
            cause);
      }
      throw new IOException("no answer from the broker at " + broker + ": " + why(cause), cause);
    }
  }

  private static String why(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return "its name is not known";
      }
    }
    String message = failure.getMessage();
    return failure instanceof ConnectException && message == null
        ? "nothing listens there, or the network is down"
        : Shown.text(message == null ? failure.getClass().getSimpleName() : message);
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
                  Shown.text(body.path("reason").asText("no reason")),
                  Shown.text(body.path("error_description").asText("HTTP " + status)),
                  Shown.text(body.path("decision_id").asText("none"))));
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

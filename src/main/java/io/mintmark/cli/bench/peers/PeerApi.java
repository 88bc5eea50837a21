package io.mintmark.cli.bench.peers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Sets a system up over its own HTTP, before anything is measured. */
final class PeerApi implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PeerName peer;
  private final URI base;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  /** The header that carries the operator's token, and the token. */
  private String @Nullable [] authorization;

  PeerApi(PeerName peer, URI base) {
    this.peer = peer;
    this.base = base;
  }

  void authorize(String header, String value) {
    authorization = new String[] {header, value};
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    return send("GET", path, null, HttpRequest.BodyPublishers.noBody());
  }

  JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
    return send(
        "POST", path, "application/json", HttpRequest.BodyPublishers.ofString(body.toString()));
  }

  JsonNode postForm(String path, String form) throws IOException, InterruptedException {
    return send(
        "POST",
        path,
        "application/x-www-form-urlencoded",
        HttpRequest.BodyPublishers.ofString(form));
  }

  /** Of what is there no longer nothing is said. */
  void delete(String path) {
    try {
      send("DELETE", path, null, HttpRequest.BodyPublishers.noBody());
    } catch (IOException gone) {
      // it ended, or its operator removed it
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private JsonNode send(
      String method, String path, @Nullable String type, HttpRequest.BodyPublisher body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path)).timeout(LIMIT).method(method, body);
    if (type != null) {
      request.header("Content-Type", type);
    }
    if (authorization != null) {
      request.header(authorization[0], authorization[1]);
    }
    HttpResponse<String> answer;
    try {
      answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException failed) {
      throw new IOException("%s does not answer at \"%s\"".formatted(peer, base), failed);
    }
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(
          "%s answers %d to %s \"%s\"".formatted(peer, answer.statusCode(), method, path));
    }
    return answer.body().isBlank() ? MissingNode.getInstance() : JSON.readTree(answer.body());
  }

  @Override
  public void close() {
    client.close();
  }
}

package io.mintmark.kubernetes.review;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls of an API server whose answers are bounded in size and time, whatever the server sends: the
 * client's own calls read an answer to its end.
 */
final class ApiCalls {
  private static final int MAX_DEPTH = 64;
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final KubernetesClient client;
  private final String server;

  ApiCalls(KubernetesClient client) {
    this.client = client;
    String url = client.getConfiguration().getMasterUrl();
    this.server = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  /** A JSON document, or null where the server has no such object. */
  @Nullable JsonNode get(String path, int maxBytes, Deadline deadline) throws NoAnswer {
    return call(() -> request(path), maxBytes, deadline);
  }

  /** What a POST creates. */
  JsonNode post(String path, JsonNode body, int maxBytes, Deadline deadline) throws NoAnswer {
    byte[] json = body.toString().getBytes(StandardCharsets.UTF_8);
    JsonNode created = call(() -> request(path).post("application/json", json), maxBytes, deadline);
    if (created == null) {
      throw new NoAnswer("the API server knows no " + path);
    }
    return created;
  }

  private HttpRequest.Builder request(String path) {
    return client
        .getHttpClient()
        .newHttpRequestBuilder()
        .uri(URI.create(server + path)) // a server may stand below a path, as behind Rancher
        .header("Accept", "application/json")
        .header("Accept-Encoding", "identity");
  }

  /** Both calls may be made twice: a connection that was kept open may end as it is used again. */
  private @Nullable JsonNode call(
      Supplier<HttpRequest.Builder> request, int maxBytes, Deadline deadline) throws NoAnswer {
    try {
      return once(request.get(), maxBytes, deadline);
    } catch (BrokenOff again) {
      try {
        return once(request.get(), maxBytes, deadline);
      } catch (BrokenOff twice) {
        throw new NoAnswer("the API server cannot be reached, or broke off");
      }
    }
  }

  private @Nullable JsonNode once(HttpRequest.Builder request, int maxBytes, Deadline deadline)
      throws NoAnswer, BrokenOff {
    if (deadline.left() <= 0) {
      throw new NoAnswer("the API server gave no answer in time");
    }
    Body body = new Body(maxBytes);
    AsyncBody rest = null;
    boolean read = false;
    CompletableFuture<HttpResponse<AsyncBody>> sent =
        client
            .getHttpClient()
            .consumeBytes(
                request.timeout(deadline.left(), TimeUnit.NANOSECONDS).build(), body::take);
    try {
      HttpResponse<AsyncBody> response = sent.get(deadline.left(), TimeUnit.NANOSECONDS);
      rest = response.body();
      rest.consume();
      rest.done().get(deadline.left(), TimeUnit.NANOSECONDS);
      read = true;
      return switch (response.code()) {
        case 200, 201 -> JSON.readTree(body.bytes());
        case 404 -> null;
        default -> throw new NoAnswer(unwilling(response.code()));
      };
    } catch (TimeoutException late) {
      throw new NoAnswer("the API server gave no answer in time");
    } catch (ExecutionException | CancellationException broken) {
      if (body.tooLarge()) {
        throw new NoAnswer("the API server answered with more than %d bytes".formatted(maxBytes));
      }
      throw new BrokenOff();
    } catch (IOException notJson) {
      throw new NoAnswer("the API server answered with what is not JSON");
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new NoAnswer("the broker stops");
    } finally {
      if (!read) {
        sent.cancel(true);
        if (rest != null) {
          rest.cancel();
        }
      }
    }
  }

  /** A connection that could not be had, or ended too soon. */
  private static final class BrokenOff extends Exception {
    private static final long serialVersionUID = 1L;

    BrokenOff() {
      super(null, null, false, false);
    }
  }

  private static String unwilling(int status) {
    return switch (status) {
      case 401 -> "the API server does not accept the broker's own credential (status 401)";
      case 403 -> "the API server does not let the broker ask (status 403)";
      case 429 -> "the API server has too much to do (status 429)";
      default -> "the API server answered with status " + status;
    };
  }

  /** What has come of an answer so far. */
  private static final class Body {
    private final int most;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean tooLarge;

    Body(int most) {
      this.most = most;
    }

    synchronized void take(List<ByteBuffer> chunks, AsyncBody rest) throws IOException {
      for (ByteBuffer chunk : chunks) {
        if (tooLarge || bytes.size() + chunk.remaining() > most) {
          tooLarge = true;
          rest.cancel();
          throw new IOException("too large");
        }
        byte[] copy = new byte[chunk.remaining()];
        chunk.get(copy);
        bytes.write(copy, 0, copy.length);
      }
      rest.consume();
    }

    synchronized boolean tooLarge() {
      return tooLarge;
    }

    synchronized byte[] bytes() {
      return bytes.toByteArray();
    }
  }
}

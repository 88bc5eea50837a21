package io.mintmark.sidecar.proof;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.mintmark.sidecar.plan.ProofPlan;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/**
 * The token of a GitHub Actions job, asked for anew each time with the job's own request token. It
 * goes only to the address that the runner names, over TLS, and follows no redirect.
 */
final class GithubJob implements ProofSource {
  static final String URL = "ACTIONS_ID_TOKEN_REQUEST_URL";
  static final String TOKEN = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";
  private static final int TIMEOUT_MILLIS = 5000;
  private static final JsonFactory JSON = new JsonFactory();

  private final UnaryOperator<String> environment;
  private final boolean plainHttp;
  private final Duration limit;

  /**
   * @param environment gives a variable's value, null where it is not set
   * @param plainHttp also allows an address without TLS, for tests
   * @param limit for the whole answer, however slowly it comes
   */
  GithubJob(UnaryOperator<String> environment, boolean plainHttp, Duration limit) {
    this.environment = environment;
    this.plainHttp = plainHttp;
    this.limit = limit;
  }

  @Override
  public String name() {
    return "GitHub Actions job";
  }

  @Override
  public Proof proof(String audience) throws ProofUnavailable {
    String url = environment.apply(URL);
    String token = environment.apply(TOKEN);
    if (url == null || token == null) {
      throw new ProofUnavailable(
          URL + " is not set: the job needs the permission \"id-token: write\"");
    }
    try {
      URI base = new URI(url);
      boolean secure = "https".equals(base.getScheme());
      if (base.getHost() == null || !(secure || (plainHttp && "http".equals(base.getScheme())))) {
        throw new ProofUnavailable(URL + " is no https URL");
      }
      String separator = base.getRawQuery() == null ? "?" : "&";
      URI asked =
          new URI(
              base + separator + "audience=" + URLEncoder.encode(audience, StandardCharsets.UTF_8));
      return Tokens.proof(ProofPlan.TokenKind.GITHUB, asked(asked, token));
    } catch (URISyntaxException malformed) {
      throw new ProofUnavailable(URL + " is no URL");
    } catch (IOException failed) {
      throw new ProofUnavailable("GitHub's token service could not be reached");
    }
  }

  private String asked(URI url, String token) throws IOException, ProofUnavailable {
    HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
    connection.setInstanceFollowRedirects(false);
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    connection.setRequestProperty("authorization", "Bearer " + token);
    connection.setRequestProperty("accept", "application/json");
    FutureTask<byte[]> asking = new FutureTask<>(() -> answer(connection));
    Thread.ofVirtual().name("mintmark-github").start(asking);
    try {
      return value(asking.get(limit.toNanos(), TimeUnit.NANOSECONDS));
    } catch (JsonProcessingException malformed) {
      throw new ProofUnavailable("GitHub's token service did not answer with a JSON object");
    } catch (TimeoutException late) {
      throw new ProofUnavailable("GitHub's token service did not answer in time");
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof ProofUnavailable refused) {
        throw refused;
      }
      throw new IOException(failed.getCause());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new ProofUnavailable("the sidecar stops");
    } finally {
      connection.disconnect();
    }
  }

  /** The answer's member of that name; empty where it has none. */
  private static String value(byte[] answer) throws IOException {
    String value = "";
    try (JsonParser from = JSON.createParser(answer)) {
      if (from.nextToken() != JsonToken.START_OBJECT) {
        throw new JsonParseException(from, "it is no object");
      }
      while (from.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = from.currentName().equals("value");
        if (from.nextToken() == JsonToken.VALUE_STRING && wanted) {
          value = from.getText();
        }
        from.skipChildren();
      }
    }
    return value;
  }

  private static byte[] answer(HttpURLConnection connection) throws IOException, ProofUnavailable {
    int status = connection.getResponseCode();
    if (status != HttpURLConnection.HTTP_OK) {
      throw new ProofUnavailable("GitHub's token service answered " + status);
    }
    try (InputStream in = connection.getInputStream()) {
      byte[] bytes = in.readNBytes(Tokens.MAX_BYTES + 1);
      if (bytes.length > Tokens.MAX_BYTES) {
        throw new ProofUnavailable("GitHub's token service answered more than 64 KiB");
      }
      return bytes;
    }
  }
}

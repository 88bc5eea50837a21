package io.mintmark.cli.bench.peers;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mintmark.cli.bench.load.Credentials;
import io.mintmark.cli.bench.load.HttpOperation;
import io.mintmark.cli.bench.load.What;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Requests that were put together beforehand, in turn; one is an operation. */
final class HttpRequests implements HttpOperation {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<byte[]> requests;
  private final Credentials credentials;
  private final JsonPointer credential;
  private int next;

  /**
   * @param credential where the answers have it
   */
  HttpRequests(List<byte[]> requests, What what, String credential) {
    this.requests = requests;
    this.credentials = new Credentials(what);
    this.credential = JsonPointer.compile(credential);
  }

  @Override
  public void begin(ByteBuf out) {
    out.writeBytes(requests.get(next));
    next = (next + 1) % requests.size();
  }

  @Override
  public Next after(int step, ByteBuf body) {
    return new Over(
        credentials.wrong(body.readableBytes(), () -> ascii(json(body).at(credential).asText())));
  }

  static JsonNode json(ByteBuf body) {
    try {
      return JSON.readTree(new ByteBufInputStream(body));
    } catch (IOException unreadable) {
      return JSON.missingNode();
    }
  }

  static String text(byte[] ascii) {
    return new String(ascii, StandardCharsets.US_ASCII);
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * A request of HTTP/1.1.
   *
   * @param headers each with its end of line
   */
  static byte[] post(URI to, String path, String headers, String body) {
    return ascii(
        "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n%s\r\n%s"
            .formatted(path, to.getAuthority(), body.length(), headers, body));
  }

  static byte[] get(URI to, String path, String headers) {
    return ascii(
        "GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n".formatted(path, to.getAuthority(), headers));
  }
}

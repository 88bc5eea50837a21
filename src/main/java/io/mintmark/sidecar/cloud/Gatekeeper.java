package io.mintmark.sidecar.cloud;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who is answered at an endpoint for SDKs: who knows the value that was made at this start. A page
 * in a browser, a name that was made to lead to the loopback, or a server that was talked into a
 * request is turned away before that is even looked at.
 */
final class Gatekeeper {
  /** The one path that there is. */
  static final String PATH = "/v1/credentials";

  private static final int HTTP = 80;

  /** What browsers and forwarding servers add and no SDK does. */
  private static final List<String> OF_OTHERS =
      List.of(
          "origin",
          "referer",
          "cookie",
          "sec-fetch-site",
          "forwarded",
          "via",
          "x-forwarded-for",
          "x-forwarded-host");

  private final Set<String> own;
  private final byte[] secret;

  /**
   * @param host that it listens on
   * @param secret what {@code Authorization} must be, whole
   */
  Gatekeeper(String host, int port, String secret) {
    String name = host.contains(":") ? "[" + host + "]" : host;
    this.own =
        Stream.of("localhost", "127.0.0.1", "[::1]", name.toLowerCase(Locale.ROOT))
            .flatMap(
                each -> port == HTTP ? Stream.of(each, each + ":80") : Stream.of(each + ":" + port))
            .collect(Collectors.toUnmodifiableSet());
    this.secret = secret.getBytes(StandardCharsets.US_ASCII);
  }

  /** Why somebody is turned away. */
  @SuppressWarnings("ImmutableEnumChecker") // Netty's statuses are constants
  enum Refusal {
    MALFORMED(400, "the request is malformed"),
    HOST(421, "there is no such host here"),
    BROWSER(403, "browsers and forwarders are not answered"),
    METHOD(405, "credentials are read by GET"),
    PATH(404, "there is nothing at this path"),
    UNAUTHORIZED(401, "the Authorization header is not the content of the authorization file");

    final int status;
    final String message;

    Refusal(int status, String message) {
      this.status = status;
      this.message = message;
    }

    /** As SDKs show it and metrics count it. */
    String code() {
      return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
    }
  }

  /** Null for whom there is an answer. */
  @Nullable Refusal refusal(HttpRequest request) {
    HttpHeaders headers = request.headers();
    if (!request.decoderResult().isSuccess()
        || headers.contains("transfer-encoding")
        || !headers.get("content-length", "0").equals("0")) {
      return Refusal.MALFORMED;
    }
    List<String> hosts = headers.getAll("host");
    if (hosts.size() != 1 || !own.contains(hosts.getFirst().toLowerCase(Locale.ROOT))) {
      return Refusal.HOST;
    }
    if (OF_OTHERS.stream().anyMatch(headers::contains)) {
      return Refusal.BROWSER;
    }
    if (!request.method().equals(HttpMethod.GET)) {
      return Refusal.METHOD;
    }
    if (!request.uri().equals(PATH)) {
      return Refusal.PATH;
    }
    List<String> shown = headers.getAll("authorization");
    boolean known =
        shown.size() == 1
            && MessageDigest.isEqual(
                secret, shown.getFirst().getBytes(StandardCharsets.ISO_8859_1));
    return known ? null : Refusal.UNAUTHORIZED;
  }
}

package io.mintmark.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;

/** A GET and its redirects, with addresses that were checked. */
final class PinnedExchange {
  private final FetchLimits limits;
  private final FetchRequest request;
  private final List<InetAddress> addresses;
  private final DirectSockets sockets;

  PinnedExchange(
      FetchLimits limits,
      FetchRequest request,
      List<InetAddress> addresses,
      DirectSockets sockets) {
    this.limits = limits;
    this.request = request;
    this.addresses = addresses;
    this.sockets = sockets;
  }

  FetchResult run(TargetUrl first) throws FetchRefused {
    String authorization = authorization();
    TargetUrl url = first;
    for (int hops = 0; hops <= limits.maxRedirects(); hops++) {
      switch (get(url, authorization)) {
        case Answer.Complete(var fetched) -> {
          return fetched;
        }
        case Answer.Redirect(var location) -> url = url.redirected(location);
      }
    }
    throw new FetchRefused(
        FetchFailure.REDIRECT_REFUSED,
        "\"%s\" redirects more than %d times".formatted(first.origin(), limits.maxRedirects()));
  }

  private sealed interface Answer {
    record Complete(FetchResult.Fetched fetched) implements Answer {}

    record Redirect(String location) implements Answer {}
  }

  private Answer get(TargetUrl url, @Nullable String authorization) throws FetchRefused {
    var host = new HttpHost(url.scheme(), url.host(), url.port());
    ClassicHttpRequest get = new BasicClassicHttpRequest("GET", host, url.path());
    get.setHeader("Accept", "application/json, */*;q=0.1");
    get.setHeader("Accept-Encoding", "identity");
    get.setHeader("User-Agent", "mintmark");
    if (authorization != null) {
      get.setHeader("Authorization", authorization);
    }
    CloseableHttpClient client = HttpClients.pinned(limits, request.trust(), addresses, sockets);
    try {
      return read(url, client.executeOpen(host, get, null));
    } catch (IOException | HttpException e) {
      throw failure(url, e);
    } finally {
      client.close(CloseMode.IMMEDIATE);
    }
  }

  private Answer read(TargetUrl url, ClassicHttpResponse response)
      throws IOException, HttpException, FetchRefused {
    checkHeaders(url, response);
    int status = response.getCode();
    switch (status) {
      case 200 -> {
        return new Answer.Complete(
            new FetchResult.Fetched(body(url, response), CacheControl.maxAge(response)));
      }
      case 301, 302, 303, 307, 308 -> {
        Header location = response.getHeader("Location");
        if (location != null) {
          return new Answer.Redirect(location.getValue());
        }
      }
      default -> {}
    }
    throw new FetchRefused(
        FetchFailure.STATUS, "\"%s\" answered with status %d".formatted(url.origin(), status));
  }

  private void checkHeaders(TargetUrl url, ClassicHttpResponse response) throws FetchRefused {
    long total = 0;
    for (Header header : response.getHeaders()) {
      total += header.getName().length();
      total += header.getValue() == null ? 0 : header.getValue().length();
    }
    if (total > limits.maxHeaderBytes()) {
      throw tooLarge(url, "headers", limits.maxHeaderBytes());
    }
  }

  private byte[] body(TargetUrl url, ClassicHttpResponse response)
      throws IOException, FetchRefused {
    HttpEntity entity = response.getEntity();
    if (entity == null) {
      return new byte[0];
    }
    String encoding = entity.getContentEncoding();
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw new FetchRefused(
          FetchFailure.PROTOCOL,
          "\"" + url.origin() + "\" answered with a compressed body, which is not read");
    }
    if (entity.getContentLength() > limits.maxBodyBytes()) {
      throw tooLarge(url, "body", limits.maxBodyBytes());
    }
    InputStream content = entity.getContent();
    byte[] body = content.readNBytes(limits.maxBodyBytes());
    if (content.read() >= 0) {
      throw tooLarge(url, "body", limits.maxBodyBytes());
    }
    return body;
  }

  private @Nullable String authorization() throws FetchRefused {
    return request.tokenFile() == null ? null : BearerToken.header(request.tokenFile());
  }

  private static FetchRefused tooLarge(TargetUrl url, String part, int limit) {
    return new FetchRefused(
        FetchFailure.TOO_LARGE,
        "\"%s\" answered with %s of more than %d bytes".formatted(url.origin(), part, limit));
  }

  /** A sentence of our own for each failure: an exception's may repeat what the server sent. */
  private static FetchRefused failure(TargetUrl url, Exception e) {
    String origin = "\"" + url.origin() + "\" ";
    return switch (e) {
      case ConnectTimeoutException _, ConnectException _, NoRouteToHostException _ ->
          new FetchRefused(FetchFailure.UNREACHABLE, origin + "accepts no connection");
      case SocketTimeoutException _ ->
          new FetchRefused(FetchFailure.TIMEOUT, origin + "gave no answer in time");
      case SSLException tls -> new FetchRefused(FetchFailure.TLS, origin + tlsReason(tls));
      case MessageConstraintException _ ->
          new FetchRefused(
              FetchFailure.TOO_LARGE, origin + "answered with headers beyond the limits");
      default ->
          new FetchRefused(
              FetchFailure.PROTOCOL, origin + "broke off, or answered with what is not HTTP");
    };
  }

  private static String tlsReason(SSLException e) {
    List<Throwable> seen = new ArrayList<>();
    for (Throwable cause = e; cause != null && !seen.contains(cause); cause = cause.getCause()) {
      if (cause instanceof UntrustedPeer peer && peer.getMessage() != null) {
        return "is not trusted: " + peer.getMessage();
      }
      if (cause instanceof java.security.cert.CertificateException
          || cause instanceof java.security.cert.CertPathValidatorException
          || cause instanceof javax.net.ssl.SSLPeerUnverifiedException) {
        return "has a certificate that is not trusted for this host";
      }
      seen.add(cause);
    }
    return "completed no TLS handshake";
  }
}

package io.mintmark.sidecar.proxy;

import io.mintmark.sidecar.held.Held;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One request and its answer as they are written on: each side's framing is the proxy's own. */
final class Outgoing {
  private static final Set<HttpMethod> WITH_BODY =
      Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH);

  private final HttpRequest asked;
  private final Route route;
  private final RoutePath path;
  private final boolean websocket;
  private final HttpHeaders fields;
  private boolean keepsUpstream = true;
  private boolean keepsCaller;

  Outgoing(HttpRequest asked, Screen.Verdict.Routed routed, ProxyPlan.@Nullable SecretPlan secret) {
    this.asked = asked;
    this.route = routed.route();
    this.path = routed.path();
    this.websocket = routed.websocket();
    this.fields = Fields.request(asked.headers(), route, secret == null ? null : secret.header());
    this.keepsCaller = keepsAlive(asked.protocolVersion(), asked.headers());
  }

  boolean keepsUpstream() {
    return keepsUpstream;
  }

  boolean keepsCaller() {
    return keepsCaller;
  }

  HttpRequest head(Held credential, boolean http2) {
    HttpHeaders headers = fields.copy();
    boolean whole = asked instanceof FullHttpRequest;
    switch (credential) {
      case Held.Token token ->
          headers.set(route.injection().header(), route.injection().prefix() + token.value());
      case Held.Certificate _ -> throw new IllegalStateException("a certificate fits no header");
    }
    if (whole && WITH_BODY.contains(asked.method())) {
      headers.set("content-length", "0");
    } else if (!whole && !headers.contains("content-length") && !http2) {
      headers.set("transfer-encoding", "chunked");
    }
    if (websocket) {
      headers.set("connection", "upgrade");
      headers.set("upgrade", "websocket");
    } else if (!http2 && headers.contains("te")) {
      headers.set("connection", "te");
    }
    return whole
        ? new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1,
            asked.method(),
            path.target(),
            Unpooled.EMPTY_BUFFER,
            headers,
            EmptyHttpHeaders.INSTANCE)
        : new DefaultHttpRequest(HttpVersion.HTTP_1_1, asked.method(), path.target(), headers);
  }

  /** A part of the request's body; taken over. */
  HttpObject part(HttpContent part, boolean http2) {
    return trimmed(part, route, !http2 && fields.contains("content-length"));
  }

  /** Whether the upstream's 101 is for what was asked. */
  boolean switches(HttpResponse response) {
    List<String> protocols = response.headers().getAll("upgrade");
    return protocols.size() == 1 && protocols.getFirst().equalsIgnoreCase("websocket");
  }

  /** The head of an answer, and all of it if it has no body; nothing is taken over. */
  HttpResponse answer(HttpResponse response, boolean http2) {
    HttpHeaders headers = Fields.response(response.headers());
    HttpResponseStatus status = response.status();
    boolean whole = response instanceof FullHttpResponse;
    boolean informational = status.code() < HttpResponseStatus.OK.code();
    if (status.code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
      headers.set("connection", "upgrade");
      headers.set("upgrade", "websocket");
    } else if (!informational) {
      keepsUpstream &= keepsAlive(response.protocolVersion(), response.headers());
      framed(headers, status, whole, http2);
    }
    HttpHeaders trailers =
        response instanceof FullHttpResponse full
            ? Fields.trailers(full.trailingHeaders(), null)
            : EmptyHttpHeaders.INSTANCE;
    return whole
        ? new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, status, Unpooled.EMPTY_BUFFER, headers, trailers)
        : new DefaultHttpResponse(HttpVersion.HTTP_1_1, status, headers);
  }

  private void framed(
      HttpHeaders headers, HttpResponseStatus status, boolean whole, boolean http2) {
    boolean bodyless =
        asked.method().equals(HttpMethod.HEAD)
            || status.equals(HttpResponseStatus.NO_CONTENT)
            || status.equals(HttpResponseStatus.NOT_MODIFIED);
    if (http2) {
      return;
    }
    boolean old = asked.protocolVersion().equals(HttpVersion.HTTP_1_0);
    if (whole && !bodyless) {
      headers.set("content-length", "0");
    } else if (!bodyless && !headers.contains("content-length")) {
      if (old) {
        keepsCaller = false;
      } else {
        headers.set("transfer-encoding", "chunked");
      }
    }
    if (!keepsCaller) {
      headers.set("connection", "close");
    } else if (old) {
      headers.set("connection", "keep-alive");
    }
  }

  /** A part of the answer's body; taken over. */
  HttpObject answerPart(HttpContent part) {
    return trimmed(part, null, false);
  }

  private static HttpObject trimmed(HttpContent part, @Nullable Route route, boolean none) {
    if (!(part instanceof LastHttpContent last) || last.trailingHeaders().isEmpty()) {
      return part;
    }
    LastHttpContent copy = Grammar.newEnd(last.content());
    if (!none) {
      copy.trailingHeaders().set(Fields.trailers(last.trailingHeaders(), route));
    }
    return copy;
  }

  /** RFC 9112 section 9.3. */
  static boolean keepsAlive(HttpVersion version, HttpHeaders headers) {
    return version.equals(HttpVersion.HTTP_1_0)
        ? headers.containsValue("connection", "keep-alive", true)
        : !headers.containsValue("connection", "close", true);
  }
}

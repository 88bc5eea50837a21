package io.mintmark.api.http;

import io.mintmark.api.Caller;
import io.mintmark.api.Callers;
import io.mintmark.api.Refusal;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One HTTP request, its body read whole. */
public final class Call {
  private final HttpServerRequest request;
  private final byte[] body;

  Call(HttpServerRequest request, byte[] body) {
    this.request = request;
    this.body = body;
  }

  public byte[] body() {
    return body;
  }

  /** Who sends it; a header that nobody may send from there refuses it. */
  public Caller caller(Callers callers) throws Refusal {
    return callers.of(peer(), request.sslSession(), this::headers);
  }

  /** The other end of the connection; 0.0.0.0, which nobody trusts, where it is not known. */
  public InetAddress peer() {
    return peer(request);
  }

  /** The other end of a request's connection; 0.0.0.0 where it is not known. */
  public static InetAddress peer(HttpServerRequest request) {
    SocketAddress address = request.remoteAddress();
    String host = address == null ? null : address.hostAddress();
    return InetAddress.ofLiteral(host == null ? "0.0.0.0" : host);
  }

  public List<String> headers(String name) {
    return request.headers().getAll(name);
  }

  /** A header's value; null where it is absent or there more than once. */
  public @Nullable String header(String name) {
    List<String> values = headers(name);
    return values.size() == 1 ? values.getFirst() : null;
  }

  /** The authority that the request was sent to, as the client names it; null where it does not. */
  public @Nullable String authority() {
    var authority = request.authority();
    return authority == null ? null : authority.toString();
  }

  /** The value of a query parameter; null where it is absent. */
  public @Nullable String query(String name) {
    return request.getParam(name);
  }
}

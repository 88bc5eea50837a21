package io.mintmark.sidecar.proxy;

import io.netty.handler.codec.http.HttpResponseStatus;

/** Why the proxy itself answers a request. */
@SuppressWarnings("ImmutableEnumChecker") // Netty's statuses are constants
enum Refusal {
  REQUEST_MALFORMED(HttpResponseStatus.BAD_REQUEST, "the request is not well-formed HTTP"),
  REQUEST_TOO_LARGE(
      HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the request's head is too large"),
  HOST_MISMATCH(HttpResponseStatus.BAD_REQUEST, "the request does not name one host in one way"),
  HOST_UNKNOWN(
      HttpResponseStatus.MISDIRECTED_REQUEST,
      "this proxy is not known by that name; add it to hosts where it is meant"),
  FORM_REFUSED(
      HttpResponseStatus.BAD_REQUEST, "the request target does not have the form of this proxy"),
  PATH_REFUSED(
      HttpResponseStatus.BAD_REQUEST,
      "the path holds an encoded slash, a control character or a wrong escape"),
  METHOD_REFUSED(
      HttpResponseStatus.METHOD_NOT_ALLOWED, "TRACE would show the credential to the caller"),
  UPGRADE_REFUSED(
      HttpResponseStatus.BAD_REQUEST,
      "only an upgrade to websocket passes; HTTP/2 is spoken with prior knowledge"),
  BROWSER_REFUSED(
      HttpResponseStatus.FORBIDDEN, "a web page may use this proxy only with its secret"),
  SECRET_REFUSED(HttpResponseStatus.FORBIDDEN, "the proxy's secret is missing or wrong"),
  ROUTE_UNKNOWN(HttpResponseStatus.FORBIDDEN, "no route of this proxy matches the request"),
  TUNNEL_REFUSED(
      HttpResponseStatus.FORBIDDEN,
      "this host is not tunnelled; for a routed host send plain http to this proxy"),
  CREDENTIAL_UNAVAILABLE(
      HttpResponseStatus.SERVICE_UNAVAILABLE, "there is no credential that can be used"),
  UPSTREAM_BUSY(
      HttpResponseStatus.SERVICE_UNAVAILABLE, "too many requests to the upstream are under way"),
  UPSTREAM_UNREACHABLE(HttpResponseStatus.BAD_GATEWAY, "the upstream cannot be reached"),
  UPSTREAM_UNTRUSTED(HttpResponseStatus.BAD_GATEWAY, "the upstream is not who it must be"),
  UPSTREAM_MALFORMED(
      HttpResponseStatus.BAD_GATEWAY, "the upstream did not answer with well-formed HTTP"),
  UPSTREAM_TIMEOUT(HttpResponseStatus.GATEWAY_TIMEOUT, "the upstream did not answer in time");

  private final HttpResponseStatus status;
  private final String message;

  Refusal(HttpResponseStatus status, String message) {
    this.status = status;
    this.message = message;
  }

  HttpResponseStatus status() {
    return status;
  }

  String message() {
    return message;
  }

  /** Such as {@code route-unknown}, in answers and metrics. */
  String reason() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}

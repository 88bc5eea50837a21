package io.mintmark.fetch;

/** Why a fetch gave nothing. */
public enum FetchFailure {
  /** The URL is not one that is ever fetched. */
  URL_REFUSED,
  /** The host is, or resolves to, an address that is not allowed. */
  ADDRESS_REFUSED,
  UNRESOLVED,
  UNREACHABLE,
  /** The server did not prove who it is, or spoke no acceptable TLS. */
  TLS,
  TIMEOUT,
  /** An HTTP status other than 200. */
  STATUS,
  REDIRECT_REFUSED,
  TOO_LARGE,
  /** A response that is compressed, or is not HTTP. */
  PROTOCOL,
  RATE_LIMITED,
  /** A token file or CA file on our side that cannot be used. */
  LOCAL_FILE,
  CANCELLED
}

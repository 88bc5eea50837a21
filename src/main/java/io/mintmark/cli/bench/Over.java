package io.mintmark.cli.bench;

import java.util.Locale;

/** How a broker is asked. */
enum Over {
  /** Plain HTTP/1.1, as from a proxy on the same machine. */
  HTTP,

  /** HTTP/1.1 over TLS 1.3. */
  HTTPS,

  /** gRPC over TLS 1.3. */
  GRPC;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

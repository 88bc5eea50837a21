package io.mintmark.fetch;

import java.time.Duration;

/**
 * The bounds of every fetch.
 *
 * @param connectTimeout for each address of the host, and for each read of the TLS handshake
 * @param totalTimeout from the resolution of the name to the last byte, redirects included
 * @param maxBodyBytes of the body, which is never decompressed
 * @param maxHeaderBytes of one header line and of all of them together
 * @param maxRedirects within the same scheme, host and port
 * @param hostBurst fetches of one host that need not wait
 * @param hostInterval between fetches of one host once the burst is used up
 */
public record FetchLimits(
    Duration connectTimeout,
    Duration totalTimeout,
    int maxBodyBytes,
    int maxHeaderBytes,
    int maxRedirects,
    int hostBurst,
    Duration hostInterval) {

  public static final FetchLimits DEFAULT =
      new FetchLimits(
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          1024 * 1024,
          32 * 1024,
          3,
          20,
          Duration.ofMillis(250));

  public FetchLimits withTotalTimeout(Duration total) {
    return new FetchLimits(
        connectTimeout, total, maxBodyBytes, maxHeaderBytes, maxRedirects, hostBurst, hostInterval);
  }
}

package io.mintmark.spiffe;

import java.util.List;
import java.util.Set;

/** What every TLS server of ours speaks. */
public final class ServerSuites {
  /**
   * Those that encrypt and authenticate in one (RFC 9325 section 4.2): the others of TLS 1.2 pad
   * what they have authenticated, or the other way round, and were broken for it (Lucky 13).
   */
  private static final List<String> NAMES =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  static {
    // a client that has it all negotiated again and again costs a signature each time, and nothing
    // here counts those; the JDK reads this at the first handshake that it serves
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
  }

  private ServerSuites() {}

  /** The names of cipher suites; a server that asks for them cannot be made to renegotiate. */
  public static List<String> names() {
    return NAMES;
  }

  public static Set<String> versions() {
    return Set.of("TLSv1.3", "TLSv1.2");
  }
}

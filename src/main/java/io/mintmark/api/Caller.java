package io.mintmark.api;

import io.mintmark.evidence.Evidence;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who sends a request, as far as the connection and a listed proxy tell.
 *
 * @param certificate the client certificate chain, unchecked; null where there is none
 * @param traceparent the W3C trace context; null where there is none or it is malformed
 */
public record Caller(
    InetAddress source, Evidence.@Nullable X509Svid certificate, @Nullable String traceparent) {

  /**
   * The proof with the client certificate bound to it where the connection has one: both must hold
   * then and agree.
   */
  public Evidence bound(Evidence proof) {
    Evidence.X509Svid holder = certificate;
    return holder == null ? proof : new Evidence.Bound(proof, holder);
  }
}

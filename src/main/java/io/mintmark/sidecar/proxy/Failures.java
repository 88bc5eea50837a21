package io.mintmark.sidecar.proxy;

import io.mintmark.sidecar.tls.TlsFailure;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLException;

/** What the failures of connections mean. */
final class Failures {
  private static final System.Logger LOG = System.getLogger(Failures.class.getName());
  private static final int MAX_TEXT = 200;

  private Failures() {}

  static Refusal of(Throwable cause, Route route) {
    Refusal refusal =
        switch (cause) {
          case Pool.Busy _, RejectedExecutionException _ -> Refusal.UPSTREAM_BUSY;
          case Connector.NoIdentity _ -> Refusal.CREDENTIAL_UNAVAILABLE;
          case io.netty.channel.ConnectTimeoutException _,
              io.netty.handler.ssl.SslHandshakeTimeoutException _ ->
              Refusal.UPSTREAM_TIMEOUT;
          case SSLException _ -> Refusal.UPSTREAM_UNTRUSTED;
          default -> Refusal.UPSTREAM_UNREACHABLE;
        };
    LOG.log(
        System.Logger.Level.WARNING,
        () ->
            "route \""
                + route.name()
                + "\": "
                + refusal.reason()
                + ": "
                + bounded(TlsFailure.reason(cause)));
    return refusal;
  }

  private static String bounded(String text) {
    String plain = text.replaceAll("[\\p{Cntrl}\\p{Cf}]", " ");
    return plain.length() > MAX_TEXT ? plain.substring(0, MAX_TEXT) : plain;
  }
}

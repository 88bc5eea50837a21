package io.mintmark.sidecar.tls;

import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import javax.net.ssl.SSLException;

/**
 * TLS 1.3 and 1.2 to servers: by BoringSSL where this platform has it, otherwise by the JDK, with
 * ciphers that keep a secret forward and are authenticated (RFC 9325 section 4.2; BoringSSL's own
 * choice has RSA key exchange and CBC too). Who is believed is the caller's to say. Sessions are
 * not resumed, since whoever resumes one is not asked for a certificate again (RFC 8446 section
 * 2.2), and its authority may have been withdrawn since; the JDK can be told no less than a second.
 */
public final class ClientTls {
  private static final SslProvider PROVIDER =
      OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;

  private ClientTls() {}

  /** Which TLS it is. */
  public static SslProvider provider() {
    return PROVIDER;
  }

  /** To be completed with whom to believe, and given to {@link #built}. */
  public static SslContextBuilder builder() {
    return SslContextBuilder.forClient()
        .sslProvider(PROVIDER)
        .protocols("TLSv1.3", "TLSv1.2")
        .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE);
  }

  /**
   * What connections are made with, held once by the caller, who gives it back by {@link #release}:
   * its memory is not the heap's.
   */
  public static SslContext built(SslContextBuilder builder) throws SSLException {
    SslContext context = builder.build();
    if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
      sessions.setSessionCacheEnabled(false);
    } else {
      context.sessionContext().setSessionTimeout(1);
    }
    return context;
  }

  /** One more holder of it. */
  public static SslContext retain(SslContext context) {
    return ReferenceCountUtil.retain(context);
  }

  /** The last holder frees it; connections that were made with it stay. */
  public static void release(SslContext context) {
    ReferenceCountUtil.release(context);
  }
}

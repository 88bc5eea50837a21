package io.mintmark;

import io.mintmark.api.http.Door;
import io.mintmark.jose.Crypto;
import io.mintmark.spiffe.ServerSuites;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.core.tracing.TracingPolicy;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * How the listeners are opened: everything that a peer can make them hold has a bound. There is no
 * idle timeout, since every connection is looked after by more than its bytes.
 */
final class ListenerOptions {
  private static final int HANDSHAKE_SECONDS = 5;

  /** What HTTP/2 reads of a header list: more than is served, so that the rest can be answered. */
  private static final int MAX_HEADER_LIST = 4 * Door.MAX_HEADERS;

  private static final int MAX_STREAMS = 256;
  private static final int RESETS = 200;
  private static final int RESETS_SECONDS = 30;
  private static final int BACKLOG = 1_024;

  private ListenerOptions() {}

  /** Plain HTTP/1.1, and HTTP/2 for those who know that it is spoken. */
  static HttpServerOptions http(Listen listen) {
    return bounded(new HttpServerOptions().setHost(listen.host()).setPort(listen.port()));
  }

  /** Sets a bound for everything that a peer can make a server hold. */
  static HttpServerOptions bounded(HttpServerOptions options) {
    options
        .setAcceptBacklog(BACKLOG)
        .setMaxHeaderSize(Door.MAX_HEADERS)
        .setMaxInitialLineLength(Door.MAX_TARGET)
        .setHandle100ContinueAutomatically(true)
        .setHttp2ClearTextEnabled(true)
        .setTracingPolicy(TracingPolicy.IGNORE)
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false)
        // rapid reset, CVE-2023-44487, and resets that we are made to send, CVE-2025-8671
        .setHttp2RstFloodMaxRstFramePerWindow(RESETS)
        .setHttp2RstFloodWindowDuration(RESETS_SECONDS)
        .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS)
        .getInitialSettings()
        .setMaxConcurrentStreams(MAX_STREAMS)
        .setMaxHeaderListSize(MAX_HEADER_LIST);
    return options;
  }

  /** The same under TLS, which asks for a client certificate and takes any. */
  static HttpServerOptions https(Listen listen, ServerTls certificate) {
    HttpServerOptions options = http(listen);
    ServerSuites.names().forEach(options::addEnabledCipherSuite);
    return options
        .setSsl(true)
        .setEnabledSecureTransportProtocols(ServerSuites.versions())
        .setUseAlpn(true)
        .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
        .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
        .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
        .setClientAuth(ClientAuth.REQUEST)
        .setKeyCertOptions(KeyCertOptions.wrap(certificate))
        .setTrustOptions(TrustOptions.wrap(anyClient()));
  }

  static X509TrustManager anyClient() {
    return new AnyClient();
  }

  /**
   * Lets any client certificate through the handshake, which proves no more than that the client
   * has its key. Whether it is believed is decided at each request, against the bundles of that
   * moment; here it would be decided once for as long as the connection lives. Only keys that are
   * never believed, and that TLS itself would take long to verify by, end it.
   */
  private static final class AnyClient extends X509ExtendedTrustManager {
    private static void check(X509Certificate[] chain) throws CertificateException {
      if (chain.length > 0 && Crypto.isDear(chain[0].getPublicKey())) {
        throw new CertificateException("the client's key is too dear to verify by");
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      throw new UnsupportedOperationException("this is a server");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
      throw new UnsupportedOperationException("this is a server");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      throw new UnsupportedOperationException("this is a server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}

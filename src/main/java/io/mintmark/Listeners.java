package io.mintmark;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import jakarta.inject.Singleton;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** How the two listeners are opened. */
@Singleton
class Listeners implements HttpServerOptionsCustomizer {
  private static final int HANDSHAKE_SECONDS = 5;
  private static final int MAX_STREAMS = 512;

  private final Service service;

  Listeners(Service service) {
    this.service = service;
  }

  @Override
  public void customizeHttpServer(HttpServerOptions options) {
    Listen http = service.setup().http();
    if (http != null) {
      options.setHost(http.host());
    }
    common(options);
  }

  @Override
  public void customizeHttpsServer(HttpServerOptions options) {
    options
        .setHost(service.setup().https().host())
        .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
        .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
        .setKeyCertOptions(KeyCertOptions.wrap(service.serverTls()))
        .setTrustOptions(TrustOptions.wrap(new AnyClient()));
    common(options);
  }

  private static void common(HttpServerOptions options) {
    // the same over HTTP/2 as over HTTP/1.1
    options
        .getInitialSettings()
        .setMaxConcurrentStreams(MAX_STREAMS)
        .setMaxHeaderListSize(options.getMaxHeaderSize());
  }

  /**
   * Lets any client certificate through the handshake, which proves no more than that the client
   * has its key. Whether it is believed is decided at each request, against the bundles of that
   * moment; here it would be decided once for as long as the connection lives.
   */
  private static final class AnyClient extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

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

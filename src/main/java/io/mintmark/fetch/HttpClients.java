package io.mintmark.fetch;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.BasicHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.ssl.TLS;
import org.apache.hc.core5.util.Timeout;

/** Makes the Apache client of one request: one connection, no habits of a browser, no proxy. */
final class HttpClients {
  private static final int MAX_HEADERS = 100;
  private static final int MAX_EMPTY_LINES = 2;

  private HttpClients() {}

  static CloseableHttpClient pinned(
      FetchLimits limits, TlsTrust trust, List<InetAddress> addresses, DirectSockets sockets)
      throws FetchRefused {
    Timeout read = Timeout.of(limits.totalTimeout().toMillis(), TimeUnit.MILLISECONDS);
    Timeout connect = Timeout.of(limits.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
    return HttpClientBuilder.create()
        .setConnectionManager(
            connections(limits, operator(trust, addresses, sockets), connect, read))
        .setDefaultRequestConfig(RequestConfig.custom().setResponseTimeout(read).build())
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableAuthCaching()
        .disableContentCompression()
        .disableCookieManagement()
        .disableDefaultUserAgent()
        .build();
  }

  private static DefaultHttpClientConnectionOperator operator(
      TlsTrust trust, List<InetAddress> addresses, DirectSockets sockets) throws FetchRefused {
    var strategies =
        RegistryBuilder.<TlsSocketStrategy>create()
            .register("https", TlsContexts.strategy(trust))
            .build();
    return new DefaultHttpClientConnectionOperator(
        sockets, null, new Pinned(addresses), strategies);
  }

  private static BasicHttpClientConnectionManager connections(
      FetchLimits limits,
      DefaultHttpClientConnectionOperator operator,
      Timeout connect,
      Timeout read) {
    var http1 =
        Http1Config.custom()
            .setMaxLineLength(limits.maxHeaderBytes())
            .setMaxHeaderCount(MAX_HEADERS)
            .setMaxEmptyLineCount(MAX_EMPTY_LINES)
            .build();
    var manager =
        new BasicHttpClientConnectionManager(
            operator, ManagedHttpClientConnectionFactory.builder().http1Config(http1).build());
    manager.setConnectionConfig(
        ConnectionConfig.custom().setConnectTimeout(connect).setSocketTimeout(read).build());
    manager.setTlsConfig(
        TlsConfig.custom()
            .setHandshakeTimeout(connect)
            .setSupportedProtocols(TLS.V_1_3, TLS.V_1_2)
            .build());
    return manager;
  }

  /** Knows the checked addresses and asks nobody. */
  private record Pinned(List<InetAddress> addresses) implements DnsResolver {
    @Override
    public InetAddress[] resolve(String host) {
      return addresses.toArray(InetAddress[]::new);
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }
}

package io.mintmark.cli.bench.peers;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;

/** Serves a SPIFFE bundle on loopback, for a system on this machine that fetches its keys. */
final class BundleEndpoint implements AutoCloseable {
  private static final String PATH = "/bundle";

  private final HttpServer server;

  BundleEndpoint(byte[] bundle) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.createContext(
        PATH,
        asked -> {
          asked.getResponseHeaders().set("Content-Type", "application/json");
          asked.sendResponseHeaders(200, bundle.length);
          asked.getResponseBody().write(bundle);
          asked.close();
        });
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + PATH);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

package io.mintmark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;

/** Where something listens. */
record Listen(String host, int port) {
  private static final int MAX_PORT = 65_535;

  /** Parses {@code host:port}, an IPv6 address in brackets. */
  static Listen parse(String setting, String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      host = "";
    }
    int port;
    try {
      port = Integer.parseInt(text.substring(colon + 1));
    } catch (NumberFormatException notANumber) {
      port = -1;
    }
    if (host.isEmpty() || port < 0 || port > MAX_PORT) {
      throw new StartupRefused(
          setting + " \"" + text + "\" is not host:port, such as 127.0.0.1:8443");
    }
    return new Listen(host, port);
  }

  /**
   * The same with a port that is free now. Finding out before anything is started gives a port in
   * use its own sentence, and the issuer its port where 0 was asked for.
   */
  Listen free(String setting) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(address(setting), port));
      return new Listen(host, probe.getLocalPort());
    } catch (IOException taken) {
      throw new StartupRefused(
          "cannot listen on " + this + ": " + taken.getMessage() + "; set " + setting, taken);
    }
  }

  boolean isLoopback(String setting) {
    return address(setting).isLoopbackAddress();
  }

  private InetAddress address(String setting) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException unknown) {
      throw new StartupRefused(setting + " names the unknown host \"" + host + "\"", unknown);
    }
  }

  /** How a client on this machine reaches it. */
  URI url(String scheme) {
    boolean here =
        host.equals("0.0.0.0")
            || host.equals("::")
            || host.equals("127.0.0.1")
            || host.equals("::1");
    String name = here && scheme.equals("https") ? "localhost" : here ? "127.0.0.1" : host;
    return URI.create(
        scheme + "://" + (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + port);
  }

  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}

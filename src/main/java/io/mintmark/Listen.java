package io.mintmark;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Where something listens.
 *
 * @param passed whether at the socket that was passed to this process
 */
record Listen(String host, int port, boolean passed) {
  private static final int MAX_PORT = 65_535;

  /**
   * Where HTTPS listens.
   *
   * @param given what is set, if anything
   */
  static Listen https(Optional<String> given, boolean dev) {
    if (given.isPresent() && given.get().equals(PassedSocket.SETTING)) {
      InetSocketAddress at = PassedSocket.address();
      return onLoopbackIf(
          dev, "MINTMARK_HTTPS_LISTEN", new Listen(literal(at.getAddress()), at.getPort(), true));
    }
    PassedSocket.expectNone(System.getenv(), ProcessHandle.current().pid());
    return of("MINTMARK_HTTPS_LISTEN", given, dev, 8443);
  }

  /** Where a setting says, or at the usual port, which must be free. */
  static Listen of(String setting, Optional<String> given, boolean dev, int usual) {
    Listen listen = parse(setting, given.orElse((dev ? "127.0.0.1:" : "0.0.0.0:") + usual));
    return onLoopbackIf(dev, setting, listen).free(setting);
  }

  private static Listen onLoopbackIf(boolean dev, String setting, Listen listen) {
    if (dev && !listen.isLoopback(setting)) {
      throw new StartupRefused(
          setting + " is " + listen + ", and --dev believes anybody: it listens on loopback only");
    }
    return listen;
  }

  /** The JDK writes IPv6 in full. */
  private static String literal(InetAddress address) {
    boolean six = address instanceof Inet6Address;
    return six && address.isAnyLocalAddress()
        ? "::"
        : six && address.isLoopbackAddress() ? "::1" : address.getHostAddress();
  }

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
    return new Listen(host, port, false);
  }

  /**
   * The same with a port that is free now. Finding out before anything is started gives a port in
   * use its own sentence, and the issuer its port where 0 was asked for.
   */
  private Listen free(String setting) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(address(setting), port));
      return new Listen(host, probe.getLocalPort(), false);
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

  /** What a setting says that means this. */
  String setting() {
    return passed ? PassedSocket.SETTING : toString();
  }

  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}

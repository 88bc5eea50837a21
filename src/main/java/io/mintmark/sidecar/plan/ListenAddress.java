package io.mintmark.sidecar.plan;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A TCP address to listen on.
 *
 * @param host a literal or a name; {@code [::1]} without its brackets
 * @param port 0 for any
 */
public record ListenAddress(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:\\[(?<six>[0-9a-fA-F:.]+)]|(?<host>[0-9A-Za-z._-]+)):(?<port>[0-9]{1,5})");

  /** Parses {@code host:port}; throws {@link IllegalArgumentException} with a sentence. */
  public static ListenAddress parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("it does not have the form host:port");
    }
    int port = Integer.parseInt(matcher.group("port"));
    if (port > 65_535) {
      throw new IllegalArgumentException("its port is over 65535");
    }
    String six = matcher.group("six");
    return new ListenAddress(six != null ? six : matcher.group("host"), port);
  }

  /** Whether only this machine reaches it. A name is not looked up: only localhost counts. */
  public boolean loopback() {
    return host.equals("localhost")
        || host.equals("::1")
        || host.matches("127(?:\\.[0-9]{1,3}){3}");
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}

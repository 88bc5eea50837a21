package io.mintmark.sidecar.proxy;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A host and port as a request names them.
 *
 * @param host in lower case, without a dot at its end; an IPv6 literal in brackets
 */
record Authority(String host, int port) {
  private static final int MAX = 260;
  private static final Pattern FORM =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[0-9A-Za-z_.-]+)(?::([0-9]{1,5}))?");

  /** Null where it is anything but a host and perhaps a port: no list, no user, no space. */
  static @Nullable Authority parse(String text, int otherwise) {
    Matcher matcher = text.length() > MAX ? null : FORM.matcher(text);
    if (matcher == null || !matcher.matches()) {
      return null;
    }
    String port = matcher.group(2);
    int number = port == null ? otherwise : Integer.parseInt(port);
    String host = matcher.group(1).toLowerCase(Locale.ROOT);
    if (host.endsWith(".")) {
      host = host.substring(0, host.length() - 1);
    }
    return number < 1 || number > 65_535 || host.isEmpty() ? null : new Authority(host, number);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}

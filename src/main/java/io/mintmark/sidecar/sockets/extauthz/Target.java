package io.mintmark.sidecar.sockets.extauthz;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a request is for.
 *
 * @param host in lower case, without port and final dot
 * @param path without query
 */
record Target(String host, String method, String path) {
  private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}$");
  private static final Pattern READ_OTHERWISE =
      Pattern.compile(".*(?:%2e|%2f|%5c|%00|%25|\\\\|//|;).*", Pattern.CASE_INSENSITIVE);

  static Target of(String host, String method, String pathAndQuery) {
    String name = PORT.matcher(host.toLowerCase(Locale.ROOT)).replaceFirst("");
    int end = (int) pathAndQuery.chars().takeWhile(c -> c != '?' && c != '#').count();
    return new Target(
        name.endsWith(".") ? name.substring(0, name.length() - 1) : name,
        method,
        pathAndQuery.substring(0, end));
  }

  /** Whether every server reads the path alike: no dot segment, nothing encoded that divides it. */
  boolean plain() {
    return path.startsWith("/")
        && !READ_OTHERWISE.matcher(path).matches()
        && Arrays.stream(path.split("/")).noneMatch(part -> part.equals(".") || part.equals(".."));
  }
}

package io.mintmark.fetch;

import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A URL in the one strict form that is fetched. It is parsed here and nowhere else, so that no two
 * parsers can disagree on its host.
 *
 * @param host a lower-case name, or an address without brackets
 * @param literal the address where the host is one
 * @param path with the query, beginning with {@code /}
 */
record TargetUrl(String scheme, String host, int port, @Nullable InetAddress literal, String path) {
  private static final int MAX_LENGTH = 2048;
  private static final int MAX_NAME = 253;
  private static final Pattern CHARACTERS = Pattern.compile("[\\x21-\\x7e&&[^\"#<>\\\\^`{|}]]*");
  private static final Pattern LABEL =
      Pattern.compile("[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?");

  /** A last label that some resolver reads as a number, and the whole host as an IPv4 address. */
  private static final Pattern NUMBER = Pattern.compile("\\d+|0[xX][0-9a-fA-F]*");

  private static final Pattern PORT = Pattern.compile("[1-9]\\d{0,4}");

  static TargetUrl parse(String url) throws FetchRefused {
    if (url.length() > MAX_LENGTH) {
      throw refused("the URL is longer than " + MAX_LENGTH + " characters");
    }
    if (!CHARACTERS.matcher(url).matches()) {
      throw refused("the URL has a fragment or a character that no URL may have");
    }
    String scheme = url.startsWith("https://") ? "https" : url.startsWith("http://") ? "http" : "";
    if (scheme.isEmpty()) {
      throw refused("the URL does not begin with https://");
    }
    int start = scheme.length() + 3;
    int end = start;
    while (end < url.length() && url.charAt(end) != '/' && url.charAt(end) != '?') {
      end++;
    }
    String path = url.substring(end);
    return withAuthority(
        scheme, url.substring(start, end), path.startsWith("/") ? path : "/" + path);
  }

  /** The URL that a {@code Location} names, which must have the same scheme, host and port. */
  TargetUrl redirected(String location) throws FetchRefused {
    TargetUrl next;
    try {
      boolean local = location.startsWith("/") && !location.startsWith("//");
      next = parse(local ? origin() + location : location);
    } catch (FetchRefused malformed) {
      throw new FetchRefused(
          FetchFailure.REDIRECT_REFUSED, "\"" + origin() + "\" redirects to a URL that is refused");
    }
    if (!next.origin().equals(origin())) {
      throw new FetchRefused(
          FetchFailure.REDIRECT_REFUSED,
          "\"" + origin() + "\" redirects to another scheme, host or port");
    }
    return next;
  }

  String origin() {
    return scheme + "://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  static boolean isName(String text) {
    if (text.isEmpty() || text.length() > MAX_NAME) {
      return false;
    }
    String last = "";
    for (String label : text.split("\\.", -1)) {
      if (!LABEL.matcher(label).matches()) {
        return false;
      }
      last = label;
    }
    return !NUMBER.matcher(last).matches();
  }

  private static TargetUrl withAuthority(String scheme, String authority, String path)
      throws FetchRefused {
    if (authority.indexOf('@') >= 0) {
      throw refused("the URL has a user name");
    }
    if (path.startsWith("//")) {
      throw refused("the path of the URL begins with //");
    }
    int colon = authority.lastIndexOf(':');
    boolean portless = colon < 0 || authority.endsWith("]");
    int port = portless ? scheme.equals("https") ? 443 : 80 : port(authority.substring(colon + 1));
    String host = portless ? authority : authority.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      InetAddress literal = literal(host.substring(1, host.length() - 1), true);
      return new TargetUrl(scheme, literal.getHostAddress(), port, literal, path);
    }
    if (isName(host)) {
      return new TargetUrl(scheme, host.toLowerCase(Locale.ROOT), port, null, path);
    }
    return new TargetUrl(scheme, host, port, literal(host, false), path);
  }

  private static InetAddress literal(String host, boolean bracketed) throws FetchRefused {
    try {
      if (bracketed == host.indexOf(':') >= 0) {
        return AddressRange.literal(host);
      }
    } catch (IllegalArgumentException malformed) {
      // refused below
    }
    throw refused("the host of the URL is no name and no address in its usual form");
  }

  private static int port(String text) throws FetchRefused {
    if (!PORT.matcher(text).matches() || Integer.parseInt(text) > 65535) {
      throw refused("the port of the URL is not in 1 to 65535");
    }
    return Integer.parseInt(text);
  }

  private static FetchRefused refused(String detail) {
    return new FetchRefused(FetchFailure.URL_REFUSED, detail);
  }
}

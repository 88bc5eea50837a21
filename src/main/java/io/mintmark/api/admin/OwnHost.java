package io.mintmark.api.admin;

import io.mintmark.api.Text;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a call comes from a program of this host. Any page in a browser here can reach a
 * loopback address: by a name of its own that it has resolve to one (DNS rebinding), by {@code
 * 0.0.0.0}, from a page on another port, or by a script tag that sends no origin. So the names in
 * the call must be loopback's, the origin the very host that it names, and no site another.
 */
final class OwnHost {
  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]{1,5})?");
  private static final List<String> FORWARDED = List.of("X-Forwarded-For", "Forwarded");

  private OwnHost() {}

  /**
   * What shows that a call comes from elsewhere, for the record; null where nothing does.
   *
   * @param peer the other end of the connection
   * @param authority the host that the call names; null where it names none
   * @param headers all values of a header
   */
  static @Nullable String foreign(
      InetAddress peer, @Nullable String authority, Function<String, List<String>> headers) {
    if (!peer.isLoopbackAddress()) {
      return "the peer is not on this host";
    }
    if (authority == null || !LOOPBACK.matcher(authority).matches()) {
      return "the host that it names is not this one: \""
          + Text.shown(String.valueOf(authority))
          + "\"";
    }
    for (String origin : headers.apply("Origin")) {
      if (!origin.equals("http://" + authority) && !origin.equals("https://" + authority)) {
        return "a page of another origin sends it: \"" + Text.shown(origin) + "\"";
      }
    }
    for (String site : headers.apply("Sec-Fetch-Site")) {
      if (!site.equals("same-origin") && !site.equals("none")) {
        return "a page of another site sends it: \"" + Text.shown(site) + "\"";
      }
    }
    return FORWARDED.stream().allMatch(header -> headers.apply(header).isEmpty())
        ? null
        : "a proxy forwards it";
  }
}

package io.mintmark.fetch;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.jspecify.annotations.Nullable;

/** {@code Cache-Control: max-age} (RFC 9111 section 5.2.2.1). */
final class CacheControl {
  private static final Pattern MAX_AGE = Pattern.compile("max-age=\"?(\\d{1,9})\"?");

  private CacheControl() {}

  static @Nullable Duration maxAge(ClassicHttpResponse response) {
    for (Header header : response.getHeaders("Cache-Control")) {
      String value = header.getValue() == null ? "" : header.getValue();
      for (String directive : value.toLowerCase(Locale.ROOT).split(",", -1)) {
        Matcher maxAge = MAX_AGE.matcher(directive.strip());
        if (maxAge.matches()) {
          return Duration.ofSeconds(Long.parseLong(maxAge.group(1)));
        }
      }
    }
    return null;
  }
}

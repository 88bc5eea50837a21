package io.mintmark.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Locale;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Mutated URLs: what is accepted means the same to another parser, so no host can hide. */
class TargetUrlFuzzTest {
  private static final int ROUNDS = 200_000;
  private static final String[] SEEDS = {
    "https://keys.example.org/jwks",
    "https://keys.example.org:8443/.well-known/openid-configuration?x=y&z",
    "https://127.0.0.1:443/",
    "https://[::1]:443/jwks",
    "https://[2001:db8::8.8.8.8]/",
    "https://user:password@keys.example.org/#fragment",
    "http://0x7f.1/\\evil@host",
  };
  private static final String ALPHABET =
      "abxz019./:@#?[]%\\-_~;=&+ \t\r\n\u0000\u00e9\u3002{}|^`\"<>";

  @Test
  void whatIsAcceptedMeansTheSameToAnotherParser() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      String url = mutated(random);
      TargetUrl parsed;
      try {
        parsed = TargetUrl.parse(url);
      } catch (FetchRefused refused) {
        continue;
      }
      assertThat(parsed.port()).as("%s, seed %d", url, seed).isBetween(1, 65535);
      assertThat(url).as("seed %d", seed).doesNotContain("\\", "#", " ", "\r", "\n");
      agreesWithJava(url, parsed, seed);
    }
  }

  private static void agreesWithJava(String url, TargetUrl parsed, long seed) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException stricter) {
      return; // such as a percent sign in the path that encodes nothing
    }
    assertThat(uri.getScheme()).as("%s, seed %d", url, seed).isEqualTo(parsed.scheme());
    assertThat(uri.getUserInfo()).as("%s, seed %d", url, seed).isNull();
    String host = uri.getHost(); // null where a name has an underscore
    if (host != null && parsed.literal() == null) {
      assertThat(host.toLowerCase(Locale.ROOT))
          .as("%s, seed %d", url, seed)
          .isEqualTo(parsed.host());
      int port = uri.getPort() < 0 ? parsed.scheme().equals("https") ? 443 : 80 : uri.getPort();
      assertThat(port).as("%s, seed %d", url, seed).isEqualTo(parsed.port());
    }
  }

  private static String mutated(RandomGenerator random) {
    var url = new StringBuilder(SEEDS[random.nextInt(SEEDS.length)]);
    for (int edits = random.nextInt(6); edits > 0; edits--) {
      int at = random.nextInt(url.length() + 1);
      char c = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
      switch (random.nextInt(3)) {
        case 0 -> url.insert(at, c);
        case 1 -> url.delete(at, Math.min(url.length(), at + 1 + random.nextInt(3)));
        case 2 -> {
          if (at < url.length()) {
            url.setCharAt(at, c);
          }
        }
        default -> throw new AssertionError();
      }
    }
    return url.toString();
  }
}

package io.mintmark.api.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every page in a browser can reach loopback; none of them is an operator. */
final class OwnHostTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "localhost:8080", "127.0.0.1", "127.0.0.1:8443", "[::1]", "[::1]:80"})
  void aProgramOfThisHostNamesIt(String authority) {
    assertThat(foreign(authority, Map.of())).isNull();
    assertThat(foreign(authority, Map.of("Origin", "http://" + authority))).isNull();
    assertThat(foreign(authority, Map.of("Sec-Fetch-Site", "same-origin"))).isNull();
    assertThat(foreign(authority, Map.of("Sec-Fetch-Site", "none"))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "evil.example",
        "localhost.evil.example",
        "localhost.evil.com:8080",
        "127.0.0.1.nip.io",
        "localhost.",
        "xlocalhost",
        "0.0.0.0",
        "0.0.0.0:8080",
        "[::]",
        "[::]:8080",
        "[::ffff:127.0.0.1]:8080",
        "[0:0:0:0:0:0:0:1]",
        "[::1%25lo]",
        "[::1].evil.example",
        "[::1",
        "::1",
        "::1:8080",
        "127.1",
        "127.0.0.2",
        "2130706433",
        "0x7f000001",
        "017700000001",
        "127.0.0.1.",
        "localhost:8080@evil.example",
        "localhost@evil.example",
        "user@localhost",
        "evil.example:80#localhost",
        "localhost:",
        "localhost:x",
        "localhost:80:80",
        "localhost:123456",
        "localhost, evil.example",
        "localhost\n"
      })
  void anyOtherHostIsSomebodyElses(String authority) {
    assertThat(foreign(authority, Map.of())).startsWith("the host that it names is not this one");
  }

  @Test
  void aCallThatNamesNoHostIsRefused() {
    assertThat(foreign(null, Map.of())).isNotNull();
  }

  /** Another port is another origin: of a page that some other user of this host may serve. */
  @ParameterizedTest
  @CsvSource({
    "localhost:8080, null",
    "localhost:8080, ''",
    "localhost:8080, http://localhost",
    "localhost:8080, http://localhost:3000",
    "localhost:8080, http://127.0.0.1:8080",
    "localhost:8080, http://[::1]:8080",
    "localhost:8080, http://localhost:8080/",
    "localhost:8080, http://localhost:8080.evil.example",
    "localhost:8080, http://evil.example#localhost:8080",
    "localhost:8080, http://localhost:8080@evil.example",
    "localhost:8080, file://localhost:8080",
    "localhost:8080, chrome-extension://localhost:8080",
    "localhost:8080, HTTP://localhost:8080"
  })
  void anotherOriginIsRefused(String authority, String origin) {
    assertThat(foreign(authority, Map.of("Origin", origin))).startsWith("a page of another origin");
  }

  /** A script or image tag sends no origin; it says which site it is of. */
  @ParameterizedTest
  @ValueSource(strings = {"cross-site", "same-site", "", "Same-Origin", "same-origin, cross-site"})
  void anotherSiteIsRefused(String site) {
    assertThat(foreign("localhost", Map.of("Sec-Fetch-Site", site)))
        .startsWith("a page of another site");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Forwarded-For", "Forwarded"})
  void whatAProxyForwardsComesFromElsewhere(String header) {
    assertThat(foreign("localhost", Map.of(header, "127.0.0.1"))).isEqualTo("a proxy forwards it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1", "10.0.0.1", "0.0.0.0", "::", "2001:db8::1", "169.254.1.1"})
  void aPeerElsewhereIsRefusedWhateverItNames(String peer) {
    assertThat(OwnHost.foreign(InetAddress.ofLiteral(peer), "localhost", name -> List.of()))
        .isEqualTo("the peer is not on this host");
  }

  private static @Nullable String foreign(@Nullable String authority, Map<String, String> headers) {
    return OwnHost.foreign(
        LOOPBACK,
        authority,
        name -> headers.containsKey(name) ? List.of(headers.get(name)) : List.of());
  }
}

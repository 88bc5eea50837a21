package io.mintmark.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SSRF (security case 20): no URL and no name leads to a special address that is not allowed. */
class AddressRefusalTest {
  private static final String SPECIAL =
      """
      0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.1.2.3
      169.254.0.1 169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.8 192.0.2.1
      192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 168.63.129.16
      224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
      :: ::1 ::2 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254
      ::ffff:0:127.0.0.1 64:ff9b::127.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b::10.0.0.1 64:ff9b:1::1
      100::1 2001::1 2001:db8::1 2002:7f00:1:: 2002:a9fe:a9fe::1 2001:0:4136:e378:8000:63bf:3fff:fdd2
      3fff::1 5f00::1 fc00::1 fd12:3456:789a::1 fd00:ec2::254 fd20:ce::254 fe80::1 febf::1 fec0::1
      ff02::1 ff05::2 4000::1 1::1
      """;

  private static final String GLOBAL =
      """
      1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0
      169.253.255.255 172.15.255.255 172.32.0.0 192.167.255.255 192.169.0.0 198.17.255.255
      198.20.0.0 223.255.255.255 2606:4700::1111 2a00:1450::1 64:ff9b::8.8.8.8 ::ffff:8.8.8.8
      """;

  @Test
  void namesThatLeadToSpecialAddressesAreRefused() {
    for (String address : SPECIAL.strip().split("\\s+")) {
      assertThat(failureAt("https://keys.example.org/jwks", address))
          .as(address)
          .isEqualTo(FetchFailure.ADDRESS_REFUSED);
    }
  }

  @Test
  void specialAddressesInTheUrlAreRefused() {
    for (String address : SPECIAL.strip().split("\\s+")) {
      String host = address.indexOf(':') >= 0 ? "[" + address + "]" : address;
      assertThat(failureAt("https://" + host + "/jwks", "8.8.8.8"))
          .as(address)
          .isEqualTo(FetchFailure.ADDRESS_REFUSED);
    }
  }

  @Test
  void neighboursOfSpecialAddressesArePublic() {
    for (String address : GLOBAL.strip().split("\\s+")) {
      assertThat(AddressKind.of(InetAddress.ofLiteral(address)))
          .as(address)
          .isEqualTo(AddressKind.GLOBAL);
    }
  }

  @Test
  void oneSpecialAddressAmongPublicOnesRefusesThemAll() {
    assertThat(failureAt("https://keys.example.org/", "8.8.8.8", "127.0.0.1"))
        .isEqualTo(FetchFailure.ADDRESS_REFUSED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://keys.example.org/",
        "HTTPS://keys.example.org/",
        "ftp://keys.example.org/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "jar:https://keys.example.org/!/",
        "//keys.example.org/",
        "keys.example.org",
        "",
        " https://keys.example.org/",
        "https://",
        "https:///jwks",
        "https://?x",
        "https:/keys.example.org/",
        "https:\\\\keys.example.org/",
        "https://keys.example.org\\@127.0.0.1/",
        "https://user@keys.example.org/",
        "https://user:pw@keys.example.org/",
        "https://keys.example.org:443@127.0.0.1/",
        "https://127.0.0.1%2f@keys.example.org/",
        "https://keys.example.org/#fragment",
        "https://keys.example.org#@127.0.0.1/",
        "https://keys.example.org/a b",
        "https://keys.example.org/\r\nHost: x",
        "https://keys.example.org/\u0000",
        "https://keys.example.org\t/",
        "https://k\u00e9ys.example.org/",
        "https://\u2460.example.org/",
        "https://127\u30020\u30020\u30021/",
        "https://%6b%65ys.example.org/",
        "https://keys.example.org./",
        "https://127.0.0.1./",
        "https://.example.org/",
        "https://keys..example.org/",
        "https://-keys.example.org/",
        "https://keys-.example.org/",
        "https://2130706433/",
        "https://017700000001/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://127.0.1/",
        "https://127.0.0.01/",
        "https://127.0.0.256/",
        "https://1.2.3.4.5/",
        "https://keys.example.0x7f/",
        "https://keys.123/",
        "https://[::1/",
        "https://::1/",
        "https://[::1]x/",
        "https://[fe80::1%25eth0]/",
        "https://[fe80::1%eth0]/",
        "https://[127.0.0.1]/",
        "https://[::ffff:0x7f.0.0.1]/",
        "https://[v1.x]/",
        "https://[]/",
        "https://keys.example.org:/",
        "https://keys.example.org:0/",
        "https://keys.example.org:65536/",
        "https://keys.example.org:99999999999/",
        "https://keys.example.org:0443/",
        "https://keys.example.org:+443/",
        "https://keys.example.org:443:443/",
        "https://keys.example.org//evil.example.org/",
      })
  void urlsInDoubtfulFormsAreRefused(String url) {
    assertThat(failureAt(url, "8.8.8.8")).isEqualTo(FetchFailure.URL_REFUSED);
  }

  @Test
  void longUrlsAreRefused() {
    assertThat(failureAt("https://keys.example.org/" + "a".repeat(2048), "8.8.8.8"))
        .isEqualTo(FetchFailure.URL_REFUSED);
    assertThat(failureAt("https://" + "a.".repeat(127) + "org/", "8.8.8.8"))
        .isEqualTo(FetchFailure.URL_REFUSED);
    assertThat(failureAt("https://" + "a".repeat(64) + ".org/", "8.8.8.8"))
        .isEqualTo(FetchFailure.URL_REFUSED);
  }

  @Test
  void plainHttpIsForThisMachineOnly() throws Exception {
    try (var fetcher = fetcher("8.8.8.8")) {
      var request = FetchRequest.of("http://keys.example.org/").allowingPlainHttp();
      assertThat(failure(fetcher.get(request))).isEqualTo(FetchFailure.URL_REFUSED);
    }
    try (var fetcher = fetcher("127.0.0.1")) {
      var request = FetchRequest.of("http://keys.example.org/").allowingPlainHttp();
      assertThat(failure(fetcher.get(request))).isEqualTo(FetchFailure.ADDRESS_REFUSED);
    }
  }

  @Test
  void anAllowedNameOpensPrivateAddressesForItselfAlone() {
    var allowed = AllowedAddresses.of(Set.of("Keys.Example.org"));
    assertThat(allowed.permit("keys.example.org", InetAddress.ofLiteral("10.0.0.1"))).isTrue();
    assertThat(allowed.permit("keys.example.org", InetAddress.ofLiteral("127.0.0.1"))).isTrue();
    assertThat(allowed.permit("keys.example.org", InetAddress.ofLiteral("fd00::1"))).isTrue();
    assertThat(allowed.permit("other.example.org", InetAddress.ofLiteral("10.0.0.1"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "168.63.129.16",
        "100.100.100.200",
        "64:ff9b::100.100.100.200",
        "fd00:ec2::254",
        "fd00:c1::a9fe:a9fe",
        "fd00:42::42",
        "fe80::1",
        "0.0.0.0",
        "::",
        "224.0.0.1",
        "255.255.255.255",
        "2002:7f00:1::",
        "192.0.2.1"
      })
  void anAllowedNameNeverOpensMetadataServicesAndTheLike(String address) {
    var allowed = AllowedAddresses.of(Set.of("keys.example.org"));
    assertThat(allowed.permit("keys.example.org", InetAddress.ofLiteral(address))).isFalse();
    assertThat(
            AllowedAddresses.of(Set.of(address))
                .permit("keys.example.org", InetAddress.ofLiteral(address)))
        .isTrue();
  }

  @Test
  void anAllowedRangeOpensItsAddressesOnly() {
    var allowed = AllowedAddresses.of(List.of("10.96.0.0/12", "fd00:1::/32", "127.0.0.1"));
    for (String inside : List.of("10.96.0.1", "10.111.255.255", "fd00:1::5", "127.0.0.1")) {
      assertThat(allowed.permit("x", InetAddress.ofLiteral(inside))).as(inside).isTrue();
    }
    for (String outside : List.of("10.95.255.255", "10.112.0.0", "fd00:2::5", "127.0.0.2", "::1")) {
      assertThat(allowed.permit("x", InetAddress.ofLiteral(outside))).as(outside).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "*.example.org",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0/8",
        "10.0.0.0/08",
        "::/129",
        "https://x",
        "x:443",
        "x.",
        "0x7f.1",
        "127.1",
        "fe80::1%eth0",
        "10.0.0.1/"
      })
  void unreadableAllowancesAreRefused(String entry) {
    assertThatThrownBy(() -> AllowedAddresses.of(List.of(entry)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowAddresses");
  }

  private static FetchFailure failureAt(String url, String... addresses) {
    try (var fetcher = fetcher(addresses)) {
      return failure(fetcher.get(FetchRequest.of(url)));
    }
  }

  private static FetchFailure failure(FetchResult result) {
    assertThat(result).isInstanceOf(FetchResult.Failed.class);
    return ((FetchResult.Failed) result).failure();
  }

  private static Fetcher fetcher(String... addresses) {
    return new Fetcher(
        FetchLimits.DEFAULT,
        host -> List.of(addresses).stream().map(InetAddress::ofLiteral).toList());
  }
}

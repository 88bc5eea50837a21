package io.mintmark.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NetworksTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.0.1, true",
    "10.0.0.0/8, 11.0.0.1, false",
    "10.1.2.3, 10.1.2.3, true",
    "10.1.2.3, 10.1.2.4, false",
    "10.1.2.0/25, 10.1.2.127, true",
    "10.1.2.0/25, 10.1.2.128, false",
    "0.0.0.0/0, 192.0.2.1, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "2001:db8::/32, 2001:db8:ffff::1, true",
    "2001:db8::/32, 2001:db9::1, false",
    "::1, ::1, true",
    "127.0.0.0/8, ::ffff:127.0.0.1, true",
    "::ffff:10.0.0.1, 10.0.0.1, true"
  })
  void aNetworkHoldsItsAddressesAndNoOthers(String network, String address, boolean holds) {
    assertThat(Networks.parse(List.of(network)).contains(InetAddress.ofLiteral(address)))
        .isEqualTo(holds);
  }

  @Test
  void anEmptyListIsNobody() {
    assertThat(Networks.NONE.contains(InetAddress.getLoopbackAddress())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "example.org",
        "10.0.0",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/",
        "10.0.0.0/8/8",
        "::1/129",
        "::g",
        "1",
        "1.2.3.4.5",
        "0x7f.0.0.1",
        "*",
        "10.0.0.0/a",
        "[::1]",
        "fe80::1%eth0",
        "256.1.1.1",
        "10.0.0.1:80",
        "10.0.0.1,10.0.0.2"
      })
  void whatIsNoAddressIsRefusedAndNeverLookedUp(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Networks.parse(List.of(text)));
  }
}

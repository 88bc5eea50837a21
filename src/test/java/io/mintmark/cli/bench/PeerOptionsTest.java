package io.mintmark.cli.bench;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.cli.bench.peers.PeerName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import org.junit.jupiter.api.Test;

class PeerOptionsTest {
  @Test
  void whatAPeerIsOpenedWithIsAskedForBeforeAnythingIsMeasured() throws IOException {
    try (ServerSocket there = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI address = URI.create("http://127.0.0.1:" + there.getLocalPort());
      PeerOptions options = new PeerOptions();
      options.openbao = address;
      options.keycloak = address;
      assertThatThrownBy(() -> options.reach(PeerName.OPENBAO))
          .hasMessage("OPENBAO_TOKEN is not set");
      assertThatThrownBy(() -> options.reach(PeerName.KEYCLOAK))
          .hasMessage("KEYCLOAK_USER is not set");
    }
  }
}

package io.mintmark.sidecar.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.sidecar.plan.ListenAddress;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A proxy's socket and the file of its secret, where others may write and over a reload. */
@Timeout(60)
class PlacesTest {
  @TempDir Path folder;
  private Path socket;
  private Path secret;

  @BeforeEach
  void paths() {
    socket = folder.resolve("proxy.sock");
    secret = folder.resolve("secret");
  }

  private ProxyFixture local() throws IOException {
    return new ProxyFixture(
        new RawUpstream(),
        plan -> ProxyFixture.placed(plan, new ProxyPlan.Entry.Socket(socket, null), null),
        folder);
  }

  private ProxyFixture guarded() throws IOException {
    return new ProxyFixture(
        new RawUpstream(),
        plan -> ProxyFixture.placed(plan, plan.entry(), ProxyFixture.secret(secret)),
        folder);
  }

  private String said() throws IOException {
    try (SocketChannel caller = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      caller.connect(UnixDomainSocketAddress.of(socket));
      caller.write(
          ByteBuffer.wrap(
              "GET /v1/a HTTP/1.1\r\nHost: ledger\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII)));
      StringBuilder said = new StringBuilder();
      ByteBuffer part = ByteBuffer.allocate(4096);
      while (caller.read(part.clear()) >= 0) {
        said.append(StandardCharsets.US_ASCII.decode(part.flip()));
      }
      return said.toString();
    }
  }

  /** The attack: a link in the socket's place, whose target the sidecar then opens to everybody. */
  @Test
  void aSocketIsNotPutWhereOthersCouldReplaceIt() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxr-x"));
    assertThatThrownBy(() -> local().close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("others can write to folder");
    assertThat(socket).doesNotExist();
  }

  @Test
  void aNewProxyTakesTheSocketOverAndTheOldOneLeavesIt() throws Exception {
    try (ProxyFixture proxy = local()) {
      ProxyDelivery next = proxy.opened(proxy.plan);
      next.start();
      proxy.delivery.stop(Duration.ofSeconds(1));
      assertThat(said()).startsWith("HTTP/1.1 200 ");
      next.stop(Duration.ZERO);
      assertThat(socket).doesNotExist();
      try (var left = Files.list(folder)) {
        assertThat(left).containsExactly(folder.resolve("ca.pem"));
      }
    }
  }

  @Test
  void aSecretIsNotPutWhereOthersCouldReplaceItAndThePortIsGivenBack() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    try (ProxyFixture proxy =
        new ProxyFixture(
            new RawUpstream(), plan -> plan, Files.createDirectory(folder.resolve("own")))) {
      ProxyPlan plan =
          ProxyFixture.placed(proxy.plan, proxy.plan.entry(), ProxyFixture.secret(secret));
      ProxyDelivery open = proxy.opened(plan);
      assertThatThrownBy(open::start)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("can be written by others");
      assertThat(secret).doesNotExist();
      assertThat(open.ready()).isFalse();
    }
  }

  @Test
  void aProxyThatCannotListenLeavesTheSecretOfTheOneThatDoes() throws Exception {
    try (ProxyFixture proxy = guarded()) {
      String value = Files.readString(secret);
      ProxyPlan.Entry taken =
          new ProxyPlan.Entry.Port(new ListenAddress("127.0.0.1", proxy.port()));
      ProxyDelivery second =
          proxy.opened(ProxyFixture.placed(proxy.plan, taken, ProxyFixture.secret(secret)));
      assertThatThrownBy(second::start).hasMessageContaining("cannot listen on");
      assertThat(secret).hasContent(value);
      assertThat(proxy.said(proxy.request("GET /v1/a", "X-Mintmark-Proxy-Secret: " + value)))
          .startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void aProxyThatMovesToAnotherPortKeepsItsNewSecret() throws Exception {
    try (ProxyFixture proxy = guarded()) {
      ProxyDelivery moved = proxy.opened(proxy.plan);
      moved.start();
      String value = Files.readString(secret);
      proxy.delivery.stop(Duration.ZERO);
      assertThat(secret).hasContent(value);
      moved.stop(Duration.ZERO);
      assertThat(secret).doesNotExist();
    }
  }

  @Test
  void oneUserOfSeveralDoesNotTakeEveryPlaceAtASocket() throws Exception {
    ProxyFixture shared =
        new ProxyFixture(
            new RawUpstream(),
            plan -> {
              ProxyPlan.Limits old = plan.limits();
              return ProxyFixture.limited(
                  ProxyFixture.placed(plan, new ProxyPlan.Entry.Socket(socket, null), null),
                  new ProxyPlan.Limits(
                      8,
                      2,
                      old.upstreamConnections(),
                      old.life(),
                      old.head(),
                      old.connect(),
                      old.response(),
                      old.idle()));
            },
            folder);
    try (ProxyFixture proxy = shared;
        SocketChannel first = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        SocketChannel second = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      assertThat(first.isConnected() && second.isConnected()).isTrue();
      try (SocketChannel third = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
        assertThat(third.read(ByteBuffer.allocate(1))).isEqualTo(-1);
      }
      assertThat(
              proxy
                  .meters
                  .get("mintmark.sidecar.socket.connections")
                  .tags("outcome", "full")
                  .counter()
                  .count())
          .isEqualTo(1);
    }
  }
}

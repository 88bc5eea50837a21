package io.mintmark.sidecar.sockets;

import static io.mintmark.sidecar.sockets.ServedSocket.withHeader;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.mintmark.sidecar.delivery.Delivery;
import io.mintmark.sidecar.unix.Callers;
import io.spiffe.workloadapi.grpc.SpiffeWorkloadAPIGrpc;
import io.spiffe.workloadapi.grpc.Workload.X509SVIDRequest;
import io.spiffe.workloadapi.grpc.Workload.X509SVIDResponse;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketAccessTest {
  @TempDir Path folder;
  private ServedSocket socket;

  @BeforeEach
  void open() {
    socket = new ServedSocket(folder);
    socket.renew();
  }

  @AfterEach
  void close() {
    socket.close();
  }

  @Test
  void aUserWhoIsNotNamedGetsPermissionDeniedAndNothingElse() throws Exception {
    socket.serve(socket.plan(new Callers(Set.of(ServedSocket.ownUid() + 1), Set.of())));
    Inbox<X509SVIDRequest, X509SVIDResponse> inbox = watch();
    assertThat(inbox.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(inbox.isEmpty()).isTrue();
  }

  @Test
  void anEmptyListServesNobodyNotEvenTheSidecarsOwnUser() throws Exception {
    socket.serve(socket.plan(new Callers(Set.of(), Set.of())));
    assertThat(watch().end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  @Test
  void withoutAListTheSidecarsOwnUserIsServed() throws Exception {
    socket.serve(socket.plan(null));
    assertThat(watch().next().getSvidsCount()).isEqualTo(1);
  }

  @Test
  void aPrimaryGroupThatIsNamedIsServed() throws Exception {
    long gid =
        Integer.toUnsignedLong((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:gid"));
    socket.serve(socket.plan(new Callers(Set.of(), Set.of(gid))));
    assertThat(watch().next().getSvidsCount()).isEqualTo(1);
  }

  @Test
  void aFloodOfRawConnectionsEndsNeitherThoseWhoAreInNorTheSocket() throws Exception {
    socket.serve(socket.plan(null));
    Inbox<X509SVIDRequest, X509SVIDResponse> inbox = watch();
    inbox.next();
    List<SocketChannel> flood = new ArrayList<>();
    try {
      for (int i = 0; i < 1000; i++) {
        SocketChannel raw = SocketChannel.open(UnixDomainSocketAddress.of(socket.path));
        raw.write(ByteBuffer.wrap(new byte[] {0x16, 0x03, 0x01, (byte) i}));
        flood.add(raw);
      }
    } catch (IOException refused) {
      // as good
    }
    socket.renew();
    assertThat(inbox.next().getSvidsCount()).isEqualTo(1);
    for (SocketChannel raw : flood) {
      raw.close();
    }
    Inbox<X509SVIDRequest, X509SVIDResponse> later = watch();
    while (!later.open()) {
      later = watch();
    }
    assertThat(inbox.open()).isTrue();
  }

  @Test
  void theSocketHasItsModeAndGoesAwayAtTheEnd() throws Exception {
    Delivery delivery = socket.serve(socket.plan(null));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.path)))
        .isEqualTo("rw-rw----");
    assertThat(delivery.ready()).isTrue();
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(socket.path);
    }
    delivery.stop(Duration.ofSeconds(1));
    assertThat(socket.path).doesNotExist();
  }

  @Test
  void streamsEndWithUnavailableWhenTheSocketStops() throws Exception {
    Delivery delivery = socket.serve(socket.plan(null));
    Inbox<X509SVIDRequest, X509SVIDResponse> inbox = watch();
    inbox.next();
    delivery.stop(Duration.ofSeconds(5));
    assertThat(inbox.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void whatIsNoSocketIsLeftAloneAndAnError() throws Exception {
    Files.writeString(socket.path, "data");
    refused("something that is no socket");
    assertThat(socket.path).hasContent("data");
    Files.delete(socket.path);
    Files.createSymbolicLink(socket.path, folder.resolve("elsewhere"));
    refused("something that is no socket");
  }

  @Test
  void aLinkOnTheWayIsFollowedOnce() throws Exception {
    Path real = Files.createDirectory(folder.resolve("real"));
    Path other = Files.createDirectory(folder.resolve("other"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    try (ServedSocket linked = new ServedSocket(link)) {
      Delivery delivery = linked.serve(linked.plan(null));
      Files.delete(link);
      Files.createSymbolicLink(link, other);
      Files.writeString(other.resolve("s.sock"), "somebody's");
      assertThat(real.resolve("s.sock")).exists();
      delivery.stop(Duration.ofSeconds(1));
    }
    assertThat(real).isEmptyDirectory();
    assertThat(other.resolve("s.sock")).hasContent("somebody's");
  }

  @Test
  void aFolderThatOthersCanWriteToIsAnError() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwx---"));
    refused("others can write");
  }

  @Test
  void aFolderThatIsAbsentIsAnError() throws Exception {
    Files.delete(folder);
    refused("there is no folder");
    Files.createDirectory(folder);
  }

  @Test
  void aSocketThatNobodyServesIsReplaced() throws Exception {
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(socket.path));
    }
    assertThat(socket.path).exists();
    socket.serve(socket.plan(null));
    assertThat(watch().next().getSvidsCount()).isEqualTo(1);
  }

  @Test
  void aSocketThatAnotherProgramServesIsAnError() throws Exception {
    Process other =
        new ProcessBuilder(
                "python3",
                "-c",
                "import socket,sys; s=socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]);"
                    + " s.listen(); print(1, flush=True); sys.stdin.read()",
                socket.path.toString())
            .start();
    try {
      assertThat(other.getInputStream().read()).isEqualTo('1');
      refused("another program listens");
    } finally {
      other.destroy();
    }
  }

  @Test
  void aNewConfigurationTakesTheSocketOverWithoutAGap() throws Exception {
    Delivery old = socket.serve(socket.plan(null));
    Inbox<X509SVIDRequest, X509SVIDResponse> before = watch();
    before.next();
    socket.serve(socket.plan(new Callers(Set.of(ServedSocket.ownUid()), Set.of())));
    assertThat(watch().next().getSvidsCount()).isEqualTo(1);
    old.stop(Duration.ofSeconds(1));
    assertThat(before.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(socket.path).exists();
    assertThat(watch().next().getSvidsCount()).isEqualTo(1);
  }

  private void refused(String message) {
    assertThatThrownBy(() -> socket.serve(socket.plan(null)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(socket.path.toString());
  }

  private Inbox<X509SVIDRequest, X509SVIDResponse> watch() {
    Inbox<X509SVIDRequest, X509SVIDResponse> inbox = new Inbox<>();
    withHeader(SpiffeWorkloadAPIGrpc.newStub(socket.connect()))
        .fetchX509SVID(X509SVIDRequest.getDefaultInstance(), inbox);
    return inbox;
  }
}

package io.mintmark.sidecar.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.sidecar.unix.Callers;
import io.spiffe.workloadapi.grpc.SpiffeWorkloadAPIGrpc;
import io.spiffe.workloadapi.grpc.Workload.X509SVIDRequest;
import io.spiffe.workloadapi.grpc.Workload.X509SVIDResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs of other users at a socket, by the kernel's word. Only root can start them; without root
 * they are all of our own user, and what is asserted of others is asserted of us.
 */
@Timeout(60)
class OtherUsersTest {
  private static final String CONNECT =
      "use Socket; socket(my $s, PF_UNIX, SOCK_STREAM, 0); connect($s, pack_sockaddr_un($ARGV[0]))"
          + " or exit 3; syswrite($s, 'x'); sysread($s, my $b, 1); exit 0";

  /** Sends the same on many connections, tells when all are answered, and keeps them. */
  private static final String FLOOD =
      "use Socket; $/ = undef; my $all = pack('H*', $ARGV[1]); my @s; for (1 .. $ARGV[2]) {"
          + " socket(my $s, PF_UNIX, SOCK_STREAM, 0); connect($s, pack_sockaddr_un($ARGV[0]))"
          + " or exit 3; syswrite($s, $all); push @s, $s; }"
          + " for my $s (@s) { sysread($s, my $b, 1) or exit 4; } print '1'; close STDOUT; <STDIN>";

  private static final int CONNECTIONS = 60;

  @TempDir Path folder;
  private ServedSocket socket;
  private boolean root;
  private long uid;
  private long gid;

  @BeforeEach
  void open() throws IOException {
    Path self = Path.of("/proc/self");
    root = ServedSocket.ownUid() == 0;
    uid = root ? 41_234 : ServedSocket.ownUid();
    gid = root ? 41_235 : Integer.toUnsignedLong((Integer) Files.getAttribute(self, "unix:gid"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    socket = new ServedSocket(folder);
    socket.renew();
  }

  @AfterEach
  void close() {
    socket.close();
  }

  @Test
  void aNamedUidIsServed() throws Exception {
    assertThat(outcome(Set.of(uid), Set.of())).isEqualTo("served");
  }

  @Test
  void anotherUidIsNot() throws Exception {
    assertThat(outcome(Set.of(uid + 1), Set.of())).isEqualTo("stranger");
  }

  @Test
  void aNamedPrimaryGroupIsServed() throws Exception {
    assertThat(outcome(Set.of(), Set.of(gid))).isEqualTo("served");
  }

  @Test
  void aGroupThatIsOnlyAddedIsNot() throws Exception {
    assertThat(outcome(Set.of(), Set.of(gid + 1))).isEqualTo("stranger");
  }

  @Test
  void thousandsOfStreamsOfOneUserKeepNoOtherFromSubscribing() throws Exception {
    serve(Set.of(uid, ServedSocket.ownUid()), Set.of());
    Process hostile =
        asUser("perl", "-e", FLOOD, socket.path.toString(), subscriptions(), "" + CONNECTIONS);
    try {
      assertThat(hostile.getInputStream().read()).as("the flood stands").isEqualTo('1');
      Inbox<X509SVIDRequest, X509SVIDResponse> inbox = new Inbox<>();
      ServedSocket.withHeader(SpiffeWorkloadAPIGrpc.newStub(socket.connect()))
          .fetchX509SVID(X509SVIDRequest.getDefaultInstance(), inbox);
      while (inbox.open() && inbox.isEmpty()) {
        Thread.onSpinWait();
      }
      assertThat(inbox.open()).as("another user is served").isEqualTo(root);
    } finally {
      hostile.destroy();
    }
  }

  /** One connection's hundred calls of FetchX509SVID, in HTTP/2's frames (RFC 9113), as hex. */
  private static String subscriptions() {
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    List.of(
            List.of(":method", "POST"),
            List.of(":scheme", "http"),
            List.of(":path", "/SpiffeWorkloadAPI/FetchX509SVID"),
            List.of(":authority", "localhost"),
            List.of("content-type", "application/grpc"),
            List.of("te", "trailers"),
            List.of("workload.spiffe.io", "true"))
        .forEach(
            field -> {
              headers.write(0); // literal, without indexing (RFC 7541 section 6.2.2)
              for (String text : field) {
                headers.write(text.length());
                headers.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
              }
            });
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    frame(all, 4, 0, 0, new byte[0]);
    for (int stream = 1; stream < 200; stream += 2) {
      frame(all, 1, 4, stream, headers.toByteArray());
      frame(all, 0, 1, stream, new byte[5]);
    }
    return HexFormat.of().formatHex(all.toByteArray());
  }

  private static void frame(
      ByteArrayOutputStream all, int type, int flags, int stream, byte[] payload) {
    all.write(0);
    all.writeBytes(new byte[] {(byte) (payload.length >> 8), (byte) payload.length});
    all.writeBytes(new byte[] {(byte) type, (byte) flags, 0, 0, 0, (byte) stream});
    all.writeBytes(payload);
  }

  private void serve(Set<Long> uids, Set<Long> gids) throws IOException {
    SocketPlan plan = socket.plan(new Callers(uids, gids));
    socket.serve(
        new SocketPlan(
            plan.path(),
            PosixFilePermissions.fromString("rw-rw-rw-"),
            plan.callers(),
            plan.limits(),
            plan.workloadApi(),
            plan.sds(),
            plan.routes()));
  }

  /** What becomes of a program of that user. */
  private String outcome(Set<Long> uids, Set<Long> gids) throws Exception {
    serve(uids, gids);
    Process process = asUser("perl", "-e", CONNECT, socket.path.toString());
    process.getOutputStream().close();
    String outcome = "none";
    for (int i = 0; i < 800 && outcome.equals("none"); i++) {
      outcome = count("served") > 0 ? "served" : count("stranger") > 0 ? "stranger" : "none";
      Thread.sleep(25);
    }
    process.destroy();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return outcome;
  }

  private Process asUser(String... command) throws IOException {
    List<String> words = new ArrayList<>();
    if (root) {
      words.addAll(
          List.of("setpriv", "--reuid", "" + uid, "--regid", "" + gid, "--groups", gid + 1 + ""));
    }
    words.addAll(List.of(command));
    return new ProcessBuilder(words).redirectErrorStream(true).start();
  }

  private double count(String outcome) {
    var counter =
        socket
            .meters
            .find("mintmark.sidecar.socket.connections")
            .tags("outcome", outcome)
            .counter();
    return counter == null ? 0 : counter.count();
  }
}

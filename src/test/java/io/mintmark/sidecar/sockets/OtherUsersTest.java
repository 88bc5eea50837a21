package io.mintmark.sidecar.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.sidecar.unix.Callers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
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
    List<String> words = new ArrayList<>();
    if (root) {
      words.addAll(
          List.of("setpriv", "--reuid", "" + uid, "--regid", "" + gid, "--groups", gid + 1 + ""));
    }
    words.addAll(List.of("perl", "-e", CONNECT, socket.path.toString()));
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
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

package io.mintmark.sidecar.unix;

import io.netty.channel.unix.PeerCredentials;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Who connected, as the kernel keeps it from the moment of {@code connect} (SO_PEERCRED).
 *
 * @param pid 0 where it is in another namespace
 * @param gid the primary group
 */
record Caller(int pid, long uid, long gid) {
  private static final int MAX_SHOWN = 256;
  private static final int MAX_CGROUP = 4096;

  static Caller of(PeerCredentials peer) {
    int[] gids = peer.gids();
    return new Caller(
        peer.pid(),
        Integer.toUnsignedLong(peer.uid()),
        gids.length == 0 ? -1 : Integer.toUnsignedLong(gids[0]));
  }

  /**
   * For the log: executable and control group too. They are read after the fact, and a process can
   * become another program in between, so that nothing is ever decided by them.
   */
  String described() {
    return "pid %d uid %d gid %d executable \"%s\" cgroup \"%s\""
        .formatted(pid, uid, gid, executable(), controlGroup());
  }

  private String executable() {
    try {
      return bounded(Files.readSymbolicLink(Path.of("/proc/" + pid + "/exe")).toString());
    } catch (IOException | RuntimeException gone) {
      return "unknown";
    }
  }

  /** With systemd its last part is the unit. */
  private String controlGroup() {
    try (InputStream in = Files.newInputStream(Path.of("/proc/" + pid + "/cgroup"))) {
      String text = new String(in.readNBytes(MAX_CGROUP), StandardCharsets.UTF_8);
      String last = text.lines().reduce((_, line) -> line).orElse("");
      return bounded(last.substring(last.lastIndexOf(':') + 1));
    } catch (IOException | RuntimeException gone) {
      return "unknown";
    }
  }

  private static String bounded(String text) {
    String shown = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) : text;
    return shown.replaceAll("[\\p{Cntrl}\"]", "?");
  }
}

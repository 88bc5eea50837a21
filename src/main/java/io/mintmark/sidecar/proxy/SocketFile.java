package io.mintmark.sidecar.proxy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The file of a Unix socket. */
final class SocketFile {
  private SocketFile() {}

  /** Takes away what an earlier process left; nothing else, and nothing that is in use. */
  static void prepare(Path socket) throws IOException {
    Path folder = socket.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IOException("there is no folder for the socket \"" + socket + "\"");
    }
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(folder);
    boolean sticky = ((Integer) Files.getAttribute(folder, "unix:mode") & 01000) != 0;
    if (mode.contains(PosixFilePermission.OTHERS_WRITE) && !sticky) {
      throw new IOException("others could replace the socket \"" + socket + "\" in its folder");
    }
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.readAttributes(
            socket, java.nio.file.attribute.BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isOther()) {
      throw new IOException("\"" + socket + "\" is there and is not a socket");
    }
    if (answers(socket)) {
      throw new IOException("another process listens on \"" + socket + "\"");
    }
    Files.delete(socket);
  }

  /** Lets everybody connect: who may stay is decided by user and group, not by the file's mode. */
  static void open(Path socket) throws IOException {
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
  }

  /** The user that this process runs as. */
  static long ownUid() throws IOException {
    return Integer.toUnsignedLong((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
  }

  private static boolean answers(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException nobody) {
      return false;
    }
  }
}

package io.mintmark.sidecar.unix;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The file of a Unix socket. It is bound under another name, given its mode and only then put in
 * place, so that nobody finds it with another mode, and a new configuration takes the place over
 * without a moment in which nobody listens.
 */
public final class SocketFile {
  /** What {@code sockaddr_un} holds, less the final zero. */
  private static final int MAX_BYTES = 107;

  private static final int SOCKET = 0140000;
  private static final int KIND = 0170000;
  private static final int STICKY = 01000;
  private static final int WRITABLE_BY_OTHERS = 022;

  private final Path path;
  private final Path bound;
  private @Nullable Object key;

  private SocketFile(Path path, Path bound) {
    this.path = path;
    this.bound = bound;
  }

  /**
   * Checks that a socket can be put there: in a folder that belongs to root or to the user that
   * this process runs as, as do all above it.
   */
  public static SocketFile prepare(Path path, EventLoopGroup network) throws IOException {
    Path folder = path.getParent();
    Path name = path.getFileName();
    if (folder == null || name == null) {
      throw new IOException("socket \"" + path + "\" has no folder");
    }
    // links on the way are followed once: who can point one elsewhere later changes nothing
    Path real = checkFolders(path, folder, Callers.ownUid());
    Path target = real.resolve(name);
    Path bound = real.resolve("." + UUID.randomUUID().toString().substring(0, 8));
    for (Path each : new Path[] {target, bound}) {
      if (each.toString().getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
        throw new IOException("socket \"" + path + "\": a path is at most 107 bytes here");
      }
    }
    checkFree(target, network);
    return new SocketFile(target, bound);
  }

  /** Where to bind. */
  public Path bound() {
    return bound;
  }

  /** Gives the bound socket its mode and its name. */
  public void publish(Set<PosixFilePermission> mode) throws IOException {
    Files.setPosixFilePermissions(bound, mode);
    key = keyOf(bound);
    Files.move(bound, path, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Takes the socket away if it still is this one. */
  public void remove() {
    try {
      Files.deleteIfExists(bound);
      if (key != null && key.equals(keyOf(path))) {
        Files.delete(path);
      }
    } catch (IOException gone) {
      // somebody else took it away, which is as well
    }
  }

  private static @Nullable Object keyOf(Path path) throws IOException {
    Map<String, Object> found =
        Files.readAttributes(path, "unix:dev,ino", LinkOption.NOFOLLOW_LINKS);
    return found.get("dev") + ":" + found.get("ino");
  }

  /** The attack: who can write to a folder above puts a socket of their own in place. */
  private static Path checkFolders(Path path, Path folder, long ownUid) throws IOException {
    Path real;
    try {
      real = folder.toRealPath();
    } catch (NoSuchFileException absent) {
      throw new IOException("socket \"" + path + "\": there is no folder \"" + folder + "\"");
    }
    for (Path each = real; each != null; each = each.getParent()) {
      Map<String, Object> found = Files.readAttributes(each, "unix:uid,mode");
      long uid = Integer.toUnsignedLong(number(found, "uid"));
      int mode = number(found, "mode");
      if (uid != 0 && uid != ownUid) {
        throw new IOException(
            "socket \"" + path + "\": folder \"" + each + "\" belongs to uid " + uid);
      }
      if ((mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY) == 0) {
        throw new IOException(
            "socket \"" + path + "\": others can write to folder \"" + each + "\"");
      }
    }
    return real;
  }

  private static int number(Map<String, Object> found, String name) throws IOException {
    if (found.get(name) instanceof Integer number) {
      return number;
    }
    throw new IOException("the file system does not tell \"" + name + "\"");
  }

  private static void checkFree(Path path, EventLoopGroup network) throws IOException {
    int mode;
    try {
      mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException free) {
      return;
    }
    if ((mode & KIND) != SOCKET) {
      throw new IOException("socket \"" + path + "\": something that is no socket is there");
    }
    if (servedByAnother(path, network)) {
      throw new IOException("socket \"" + path + "\": another program listens there");
    }
  }

  private static boolean servedByAnother(Path path, EventLoopGroup network) throws IOException {
    ChannelFuture connected =
        new Bootstrap()
            .group(network)
            .channel(EpollDomainSocketChannel.class)
            .handler(new ChannelInboundHandlerAdapter())
            .connect(new DomainSocketAddress(path.toString()))
            .awaitUninterruptibly();
    if (!connected.isSuccess()) {
      // a full backlog is a listener too
      return !(connected.cause() instanceof ConnectException);
    }
    EpollDomainSocketChannel channel = (EpollDomainSocketChannel) connected.channel();
    try {
      // what an earlier configuration of this process serves is taken over
      return channel.peerCredentials().pid() != ProcessHandle.current().pid();
    } finally {
      channel.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    }
  }
}

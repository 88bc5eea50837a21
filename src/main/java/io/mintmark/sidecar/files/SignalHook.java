package io.mintmark.sidecar.files;

import io.mintmark.sidecar.process.OwnUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Signals the process whose number stands in a file. Whoever can write that file chooses who is
 * signalled, so the file must be in good hands and the process must be of the user that was named.
 */
final class SignalHook {
  private static final int MAX_PID_FILE = 32;
  private static final int OTHERS_WRITE = 022;

  private SignalHook() {}

  static void run(HookPlan.Signal signal) throws IOException {
    long user = user(signal.user());
    long pid = pid(signal.pidFile(), user);
    long runs = runsAs(pid);
    if (runs != user) {
      throw new IOException(
          "process %d runs as user %d, not as user %d".formatted(pid, runs, user));
    }
    signal.signal().send(pid);
  }

  private static long pid(Path file, long user) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("pid file \"" + file + "\" is absent or no regular file");
    }
    Map<String, Object> attributes =
        Files.readAttributes(file, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
    int owner = attributes.get("uid") instanceof Integer uid ? uid : -1;
    int mode = attributes.get("mode") instanceof Integer bits ? bits : OTHERS_WRITE;
    if (owner != 0 && owner != OwnUser.id() && owner != user) {
      throw new IOException("pid file \"" + file + "\" belongs to user " + owner);
    }
    if ((mode & OTHERS_WRITE) != 0) {
      throw new IOException("pid file \"" + file + "\" can be written by others");
    }
    String text =
        new String(SmallFile.read(file, MAX_PID_FILE), StandardCharsets.ISO_8859_1).strip();
    if (!text.matches("[1-9][0-9]{0,9}")) {
      throw new IOException("pid file \"" + file + "\" does not hold a process's number");
    }
    return Long.parseLong(text);
  }

  /** The effective user of a process, from the kernel. */
  private static long runsAs(long pid) throws IOException {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    if (Files.notExists(status)) {
      throw new IOException("there is no process " + pid);
    }
    for (String line : Files.readString(status, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      if (line.startsWith("Uid:")) {
        return Long.parseLong(line.split("\\s+", -1)[2]);
      }
    }
    throw new IOException("process " + pid + " shows no user");
  }

  private static long user(@Nullable String name) throws IOException {
    if (name == null) {
      return OwnUser.id();
    }
    if (name.matches("[0-9]{1,10}")) {
      return Long.parseLong(name);
    }
    try {
      UserPrincipal user =
          FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name);
      return number(user);
    } catch (UserPrincipalNotFoundException unknown) {
      throw new IOException("there is no user \"" + name + "\"", unknown);
    }
  }

  /** The JDK shows a user's number only at a file, so the list of users is read. */
  private static long number(UserPrincipal user) throws IOException {
    for (String line : Files.readAllLines(Path.of("/etc/passwd"), StandardCharsets.ISO_8859_1)) {
      String[] fields = line.split(":", -1);
      if (fields.length > 2 && fields[0].equals(user.getName())) {
        return Long.parseLong(fields[2]);
      }
    }
    throw new IOException(
        "user \"" + user.getName() + "\" has no number in /etc/passwd: name it by number");
  }
}

package io.mintmark.sidecar.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a start waits after runs that failed, so that whoever restarts a program in a loop is no
 * storm at the broker. It is remembered in a small file between the runs: how many failed in a row,
 * and when the last one ended. What cannot be remembered costs the pause and nothing else.
 */
public final class Restarts {
  private static final System.Logger LOG = System.getLogger(Restarts.class.getName());

  /** After a run that did not fail, and after the first that did. */
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final Duration FORGOTTEN = Duration.ofMinutes(10);
  private static final Pattern RECORD = Pattern.compile("([0-9]{1,2}) ([0-9]{1,15})\n");
  private static final int MAX_FAILURES = 16;
  private static final int MAX_BYTES = 64;

  private final Path folder;
  private final Path file;
  private final InstantSource clock;

  /** Of a row of failed runs. */
  private record Row(int failures, Instant end) {}

  /**
   * @param folder made where it is absent; it must be ours alone
   * @param name of what is run; only a hash of it is kept
   */
  public Restarts(Path folder, String name, InstantSource clock) {
    this.folder = folder.toAbsolutePath();
    this.file = this.folder.resolve("run-" + hash(name));
    this.clock = clock;
  }

  /** The folder of this user that goes with the machine's next start at the latest. */
  public static Path folder(Map<String, String> environment) throws IOException {
    Path given = Path.of(environment.getOrDefault("XDG_RUNTIME_DIR", ""));
    return given.isAbsolute() && Files.isDirectory(given)
        ? given.resolve("mintmark")
        : Path.of(System.getProperty("java.io.tmpdir", "/tmp"), "mintmark-" + OwnUser.id());
  }

  /** What is left of the pause after the run before; nothing before the first. */
  public Duration pause() {
    Row row = row();
    Duration since = Duration.between(row.end(), clock.instant());
    Duration whole = SHORTEST.multipliedBy(1L << Math.max(0, row.failures() - 1));
    whole = whole.compareTo(LONGEST) < 0 ? whole : LONGEST;
    // a clock that was set back makes no pause longer
    Duration left = since.isNegative() ? whole : whole.minus(since);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** How many runs failed in a row. */
  public int failures() {
    return row().failures();
  }

  /** Remembers the end of a run. */
  public void ended(boolean failed) {
    int failures = failed ? Math.min(MAX_FAILURES, failures() + 1) : 0;
    try {
      make();
      prune();
      Path scratch = Files.createTempFile(folder, "new-", "");
      Files.writeString(scratch, failures + " " + clock.instant().toEpochMilli() + "\n");
      Files.move(scratch, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException unwritable) {
      LOG.log(System.Logger.Level.DEBUG, "a restart is not remembered: " + unwritable.getMessage());
    }
  }

  private Row row() {
    Row none = new Row(0, Instant.EPOCH);
    try {
      requireOurs();
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MAX_BYTES) {
        return none;
      }
      Matcher record = RECORD.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
      if (!record.matches()) {
        return none;
      }
      Instant end = Instant.ofEpochMilli(Long.parseLong(record.group(2)));
      boolean forgotten = end.plus(FORGOTTEN).isBefore(clock.instant());
      return forgotten
          ? none
          : new Row(Math.min(MAX_FAILURES, Integer.parseInt(record.group(1))), end);
    } catch (IOException absent) {
      return none;
    }
  }

  private void make() throws IOException {
    try {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException there) {
      // looked at below
    }
    requireOurs();
  }

  /** Anybody can make a name in /tmp before we do, and put a link there. */
  private void requireOurs() throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(folder, "unix:uid,mode,isDirectory", LinkOption.NOFOLLOW_LINKS);
    boolean ours =
        Boolean.TRUE.equals(attributes.get("isDirectory"))
            && attributes.get("uid") instanceof Integer uid
            && uid == OwnUser.id()
            && attributes.get("mode") instanceof Integer mode
            && (mode & 077) == 0;
    if (!ours) {
      throw new IOException("\"" + folder + "\" is no folder of ours alone");
    }
  }

  /** Programs and documents come and go, and crashes leave what was half made. */
  private void prune() throws IOException {
    FileTime old = FileTime.from(clock.instant().minus(FORGOTTEN));
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "{run,new}-*")) {
      for (Path entry : entries) {
        if (Files.getLastModifiedTime(entry, LinkOption.NOFOLLOW_LINKS).compareTo(old) < 0) {
          Files.deleteIfExists(entry);
        }
      }
    }
  }

  private static String hash(String name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException bug) {
      throw new IllegalStateException("every JDK has SHA-256", bug);
    }
  }
}

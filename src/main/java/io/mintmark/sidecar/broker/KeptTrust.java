package io.mintmark.sidecar.broker;

import io.mintmark.jose.Crypto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was learned of whom to believe, in a file of ours for the next start: a container that is
 * started again in an old pod finds only the authorities of the day on which its pod was made. It
 * counts for the trust file that it was learned by, and for no other content of it. Only what our
 * user alone can have written is believed.
 */
final class KeptTrust {
  private static final System.Logger LOG = System.getLogger(KeptTrust.class.getName());
  private static final int MAX_BYTES = 2 << 20;
  private static final String HEAD = "mintmark kept trust 1 ";
  private static final Set<PosixFilePermission> OURS = PosixFilePermissions.fromString("rw-------");

  private final Path path;

  KeptTrust(Path path) {
    this.path = path;
  }

  /** What was kept; null where there is nothing for this content of the trust file. */
  byte @Nullable [] of(byte[] trustFile) {
    byte[] head = head(trustFile);
    try {
      PosixFileAttributes there =
          Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!there.isRegularFile() || !there.permissions().equals(OURS) || !isOurs(there)) {
        throw new IOException("others than this user may have written it");
      }
      byte[] bytes;
      try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
        bytes = in.readNBytes(MAX_BYTES);
      }
      return bytes.length >= head.length
              && Arrays.equals(bytes, 0, head.length, head, 0, head.length)
          ? Arrays.copyOfRange(bytes, head.length, bytes.length)
          : null;
    } catch (NoSuchFileException first) {
      return null;
    } catch (IOException | UnsupportedOperationException unusable) {
      LOG.log(
          System.Logger.Level.WARNING,
          "what was kept in \"" + path + "\" is not believed: " + unusable.getMessage());
      return null;
    }
  }

  void keep(byte[] trustFile, byte[] learned) {
    Path next = path.resolveSibling(path.getFileName() + ".new");
    try {
      Files.deleteIfExists(next);
      Files.createFile(next, PosixFilePermissions.asFileAttribute(OURS));
      Files.write(next, head(trustFile), StandardOpenOption.TRUNCATE_EXISTING);
      Files.write(next, learned, StandardOpenOption.APPEND);
      Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | UnsupportedOperationException full) {
      LOG.log(
          System.Logger.Level.WARNING,
          "whom to believe cannot be kept in \"" + path + "\": " + full.getMessage());
    }
  }

  /** The user of this process is who owns what it makes. */
  private boolean isOurs(PosixFileAttributes there) throws IOException {
    Path probe = Files.createTempFile(path.getParent(), ".owner", null);
    try {
      return Files.getOwner(probe, LinkOption.NOFOLLOW_LINKS).equals(there.owner());
    } finally {
      Files.delete(probe);
    }
  }

  private static byte[] head(byte[] trustFile) {
    return (HEAD + HexFormat.of().formatHex(Crypto.sha256(trustFile)) + "\n")
        .getBytes(StandardCharsets.US_ASCII);
  }
}

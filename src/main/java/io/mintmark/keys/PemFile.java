package io.mintmark.keys;

import io.mintmark.jose.Crypto;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.PrivateKey;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * PEM files that an operator gives. Links are followed and a group may read, as mounted secrets
 * need: Kubernetes' {@code fsGroup} makes them root's, with the group of the process.
 */
public final class PemFile {
  private static final int MAX_BYTES = 1 << 20;
  private static final Set<PosixFilePermission> NOT_FOR_A_KEY =
      EnumSet.of(
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private PemFile() {}

  /**
   * The private key in a file: one PKCS #8 block, not encrypted, that nobody outside the file's
   * owner and group can read and its group cannot write.
   *
   * @throws IOException with a sentence that names the file and holds nothing of it
   */
  public static PrivateKey privateKey(Path file) throws IOException {
    if (!isPrivate(file)) {
      throw new IOException(
          "private key file \"%s\" can be read by others or written by its group: set mode 0600"
              .formatted(file));
    }
    List<Pem.Block> blocks = blocks(file);
    if (blocks.size() != 1 || !blocks.getFirst().label().equals("PRIVATE KEY")) {
      throw new IOException(
          "private key file \"%s\" does not hold one PKCS #8 \"PRIVATE KEY\" block"
              .formatted(file));
    }
    try {
      return Crypto.privateKey(blocks.getFirst().der());
    } catch (IllegalArgumentException unusable) {
      throw new IOException(
          "private key file \"%s\" holds no usable key".formatted(file), unusable);
    }
  }

  /** All blocks of a file. */
  static List<Pem.Block> blocks(Path file) throws IOException {
    try {
      return Pem.decode(bytes(file));
    } catch (IllegalArgumentException e) {
      throw new IOException("\"%s\": %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * The bytes of a file of at most 1 MiB.
   *
   * @throws IOException with a sentence that names the file
   */
  public static byte[] bytes(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException failed) {
      throw unreadable(file, failed);
    }
    if (bytes.length > MAX_BYTES) {
      throw new IOException("\"%s\" is larger than 1 MiB".formatted(file));
    }
    return bytes;
  }

  private static boolean isPrivate(Path file) throws IOException {
    try {
      Set<PosixFilePermission> open = EnumSet.copyOf(NOT_FOR_A_KEY);
      open.retainAll(Files.getPosixFilePermissions(file));
      return open.isEmpty();
    } catch (UnsupportedOperationException modeless) {
      throw new IOException(
          "private key file \"%s\" is on a file system without owners and modes".formatted(file),
          modeless);
    } catch (IOException failed) {
      throw unreadable(file, failed);
    }
  }

  private static IOException unreadable(Path file, IOException failed) {
    return switch (failed) {
      case NoSuchFileException _ -> new IOException("there is no file \"" + file + "\"", failed);
      case AccessDeniedException _ ->
          new IOException("no permission to read \"" + file + "\"", failed);
      case FileSystemException named ->
          new IOException("\"" + file + "\" cannot be read: " + named.getReason(), failed);
      case IOException other ->
          new IOException("\"" + file + "\" cannot be read: " + other.getMessage(), failed);
    };
  }
}

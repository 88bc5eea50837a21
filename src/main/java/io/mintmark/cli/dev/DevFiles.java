package io.mintmark.cli.dev;

import io.mintmark.jose.Crypto;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** Files for their owner only: folders 0700, files 0600, each folder made whole or not at all. */
final class DevFiles {
  private static final FileAttribute<Set<PosixFilePermission>> FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final String PRIVATE = "PRIVATE KEY";
  private static final String PUBLIC = "PUBLIC KEY";

  /** A file lock is the process's: within it, threads wait here. */
  private static final ReentrantLock THREADS = new ReentrantLock();

  private final Path folder;

  private DevFiles(Path folder) {
    this.folder = folder;
  }

  /** What fills a new folder. */
  interface Filling {
    void fill(Path folder) throws IOException;
  }

  static DevFiles open(Path folder) throws IOException {
    Files.createDirectories(folder, FOLDER);
    return new DevFiles(folder);
  }

  Path folder() {
    return folder;
  }

  /** The folder of that name; made and filled first where it is not there. */
  Path folder(String name, Filling filling) throws IOException {
    Path wanted = folder.resolve(name);
    if (Files.isDirectory(wanted)) {
      return wanted;
    }
    THREADS.lock();
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve(".lock"),
                EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                FILE);
        FileLock lock = channel.lock()) {
      if (lock.isValid() && !Files.isDirectory(wanted)) {
        Path made = Files.createTempDirectory(folder, ".new-", FOLDER);
        filling.fill(made);
        Files.move(made, wanted, StandardCopyOption.ATOMIC_MOVE);
      }
      return wanted;
    } finally {
      THREADS.unlock();
    }
  }

  /** Replaces the file at once by one of these bytes. */
  static void write(Path file, byte[] bytes) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    Path made = Files.createTempFile(parent, ".new-", null, FILE);
    Files.write(made, bytes);
    Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  static void writeKey(Path file, KeyPair keys) throws IOException {
    String pem =
        pem(PRIVATE, keys.getPrivate().getEncoded()) + pem(PUBLIC, keys.getPublic().getEncoded());
    write(file, pem.getBytes(StandardCharsets.US_ASCII));
  }

  /** Reads what {@link #writeKey} wrote; refuses a file that others may read. */
  static KeyPair readKey(Path file) throws IOException {
    for (PosixFilePermission permission : Files.getPosixFilePermissions(file)) {
      if (permission.name().startsWith("GROUP_") || permission.name().startsWith("OTHERS_")) {
        throw new IOException(
            "key file \"" + file + "\" is open to others: chmod 600 it, or remove its folder");
      }
    }
    String text = Files.readString(file, StandardCharsets.US_ASCII);
    try {
      PublicKey publicKey = Crypto.publicKey(block(text, PUBLIC));
      return new KeyPair(publicKey, Crypto.privateKey(block(text, PRIVATE)));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IOException(
          "key file \"" + file + "\" is damaged: remove its folder and a new one is made");
    }
  }

  static String pem(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  private static byte[] block(String text, String label) {
    String begin = "-----BEGIN " + label + "-----\n";
    int from = text.indexOf(begin);
    int to = text.indexOf("-----END " + label + "-----", Math.max(from, 0));
    return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
  }
}

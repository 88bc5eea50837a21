package io.mintmark.sidecar.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Where bytes are made to last. */
interface Disk {
  /**
   * Writes a new file that nothing stood in the place of, and waits until it lasts. Others can read
   * it only as soon as all of it is there.
   */
  void write(Path file, byte[] bytes, Ownership ownership) throws IOException;

  /** Waits until what was made and renamed in a folder lasts. */
  void sync(Path folder) throws IOException;

  /** The real one. */
  Disk REAL =
      new Disk() {
        @Override
        public void write(Path file, byte[] bytes, Ownership ownership) throws IOException {
          try (FileChannel channel =
              FileChannel.open(
                  file,
                  Set.of(
                      StandardOpenOption.CREATE_NEW,
                      StandardOpenOption.WRITE,
                      LinkOption.NOFOLLOW_LINKS),
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString(Ownership.OURS.mode())))) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
              channel.write(rest);
            }
            ownership.giveFile(file);
            channel.force(true);
          }
        }

        @Override
        public void sync(Path folder) throws IOException {
          try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
          }
        }
      };
}

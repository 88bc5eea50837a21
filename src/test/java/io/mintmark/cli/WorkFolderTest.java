package io.mintmark.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {
  @TempDir private Path parent;

  @Test
  void itHasItsNameBeforeItIsThere() throws Exception {
    Path folder = WorkFolder.name(parent, "mintmark");
    assertFalse(Files.exists(folder));
    WorkFolder.remove(folder); // as where a process is stopped before it made it
    WorkFolder.make(folder);
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
    assertThrows(FileAlreadyExistsException.class, () -> WorkFolder.make(folder));
  }

  @Test
  void itGoesThoughSomebodyStillWritesToIt() throws Exception {
    for (int i = 0; i < 20; i++) {
      Path folder = WorkFolder.name(parent, "mintmark");
      WorkFolder.make(folder);
      CountDownLatch writes = new CountDownLatch(1);
      Thread writer = Thread.startVirtualThread(() -> fill(folder, writes));
      writes.await();
      WorkFolder.remove(folder);
      writer.join();
      assertFalse(Files.exists(folder));
    }
  }

  private static void fill(Path folder, CountDownLatch writes) {
    try {
      for (int i = 0; i < 50; i++) {
        Files.createFile(folder.resolve("file" + i));
        writes.countDown();
      }
    } catch (IOException gone) {
      // nothing can be made in a folder that is not there
    }
  }
}

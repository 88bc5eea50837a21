package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
  @TempDir Path folder;

  /** Holds the lock of a folder until its input ends. */
  public static void main(String[] arguments) throws IOException {
    try (FolderLock held = FolderLock.take(Path.of(arguments[0]))) {
      System.out.println(held == null ? "" : "held");
      int unused = System.in.read();
    }
  }

  private void whileAnotherProcessHoldsIt(Runnable test) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process other =
        new ProcessBuilder(
                List.of(
                    java,
                    "-Xshare:auto",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    FolderLockTest.class.getName(),
                    folder.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(other.inputReader().readLine()).isEqualTo("held");
      test.run();
    } finally {
      other.getOutputStream().close();
      other.waitFor();
    }
  }

  private void refusedAs(String holder) {
    assertThatThrownBy(() -> FolderLock.take(folder))
        .isInstanceOf(UnusableLedger.class)
        .hasMessageContaining("is in use by " + holder + ": stop it first");
  }

  @Test
  void oneProcessHoldsAFolder() throws Exception {
    whileAnotherProcessHoldsIt(
        () -> {
          try {
            String holder = Files.readString(folder.resolve("lock")).strip();
            assertThat(holder).matches("process [0-9]+ on host .+");
            refusedAs(holder);
            Files.writeString(folder.resolve("lock"), "\u001b[2J" + "x".repeat(1_000));
            refusedAs("?[2J" + "x".repeat(296));
            Files.writeString(folder.resolve("lock"), " \n");
            refusedAs("another process");
          } catch (IOException failed) {
            throw new AssertionError(failed);
          }
        });
    FolderLock.take(folder).close();
  }

  @Test
  void whoHoldsItIsWrittenOverWhoDid() throws IOException {
    Files.writeString(folder.resolve("lock"), "x".repeat(1_000));
    try (FolderLock held = FolderLock.take(folder)) {
      assertThat(held).isNotNull();
      assertThat(Files.readString(folder.resolve("lock")))
          .startsWith("process " + ProcessHandle.current().pid() + " on host ")
          .endsWith("\n")
          .doesNotContain("xxxx");
      refusedAs(Files.readString(folder.resolve("lock")).strip());
    }
    FolderLock.take(folder).close();
  }

  @Test
  void nobodyElseReadsWhoHoldsIt() throws IOException {
    try (FolderLock held = FolderLock.take(folder)) {
      assertThat(held).isNotNull();
      assertThat(
              PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("lock"))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void aFolderThatCouldNotBeLockedCanBeLockedLater() throws IOException {
    Files.createDirectory(folder.resolve("lock"));
    assertThatThrownBy(() -> FolderLock.take(folder)).isInstanceOf(IOException.class);
    Files.delete(folder.resolve("lock"));
    FolderLock.take(folder).close();
  }
}

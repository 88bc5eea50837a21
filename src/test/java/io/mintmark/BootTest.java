package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A start that fails says what and where, and what to do. */
final class BootTest {
  private static final Path DATA = Path.of("/var/lib/mintmark");

  @Test
  void aFullDiskNamesTheFolder() {
    for (IOException full :
        new IOException[] {
          new IOException("No space left on device"),
          new FileSystemException("/var/lib/mintmark/keys/x", null, "No space left on device")
        }) {
      assertThat(Boot.sentence(new IllegalStateException(new UncheckedIOException(full)), DATA))
          .hasMessageStartingWith("data folder \"/var/lib/mintmark\" cannot be used: ")
          .hasMessageContaining("No space left on device: free some space there");
    }
  }

  @Test
  void whatWasRefusedInOneSentenceStaysIt() {
    assertThat(Boot.sentence(new RuntimeException(new StartupRefused("it is held")), DATA))
        .hasMessage("it is held");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFolderWhereNothingCanBeMadeIsToldWithWhy() {
    assertThatThrownBy(() -> DataLock.take(Path.of("/proc/x")))
        .isInstanceOf(StartupRefused.class)
        .hasMessageContaining("nothing can be made there");
  }
}

package io.mintmark.sidecar.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that belong together are swapped together. */
class FolderTargetTest {
  private static final List<String> NAMES = List.of("key.pem", "svid.pem");

  @TempDir Path folder;
  private int failAfter = Integer.MAX_VALUE;

  /** Checks at each step of a swap that a reader still has one whole generation. */
  private final Disk watching =
      new Disk() {
        @Override
        public void write(Path file, byte[] bytes, Ownership ownership) throws IOException {
          requireOneGeneration();
          if (failAfter-- == 0) {
            throw new IOException("No space left on device");
          }
          Disk.REAL.write(file, bytes, ownership);
        }

        @Override
        public void sync(Path synced) throws IOException {
          requireOneGeneration();
          Disk.REAL.sync(synced);
        }
      };

  private FolderTarget target() {
    return new FolderTarget(folder, NAMES, false, Ownership.of("0640", null, null), watching);
  }

  private void requireOneGeneration() throws IOException {
    if (Files.exists(folder.resolve("key.pem")) && Files.exists(folder.resolve("svid.pem"))) {
      assertThat(Files.readString(folder.resolve("key.pem")))
          .isEqualTo(Files.readString(folder.resolve("svid.pem")));
    }
  }

  private static Map<String, byte[]> generation(String text) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    NAMES.forEach(name -> files.put(name, text.getBytes(StandardCharsets.UTF_8)));
    return files;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void allFilesOfAGenerationAppearAtOnce() throws IOException {
    FolderTarget target = target();
    target.prepare();
    target.put(generation("one"));
    target.put(generation("two"));

    assertThat(folder.resolve("key.pem")).hasContent("two");
    assertThat(folder.resolve("svid.pem")).hasContent("two");
    assertThat(names()).hasSize(4).contains("..data", "key.pem", "svid.pem");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("key.pem"))))
        .isEqualTo("rw-r-----");
  }

  @Test
  void aFolderThatIsNotThereIsMadeWithinOneThatIs() throws IOException {
    Path inner = folder.resolve("tls");
    FolderTarget target =
        new FolderTarget(inner, NAMES, false, Ownership.of("0640", null, null), Disk.REAL);
    target.prepare();
    target.put(generation("one"));
    assertThat(inner.resolve("key.pem")).hasContent("one");
  }

  @Test
  void noFolderIsMadeWhereOthersCouldHavePutOne() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    FolderTarget target =
        new FolderTarget(
            folder.resolve("tls"), NAMES, false, Ownership.of("0640", null, null), Disk.REAL);
    assertThatThrownBy(target::prepare).hasMessageContaining("can be written by others");
    assertThat(folder.resolve("tls")).doesNotExist();
  }

  @Test
  void aFullDiskHalfWayLeavesTheOldGenerationWhole() throws IOException {
    FolderTarget target = target();
    target.prepare();
    target.put(generation("one"));
    failAfter = 1;

    assertThatThrownBy(() -> target.put(generation("two"))).hasMessageContaining("No space");
    assertThat(folder.resolve("key.pem")).hasContent("one");
    assertThat(folder.resolve("svid.pem")).hasContent("one");
    assertThat(names()).hasSize(4);
  }

  @Test
  void aLinkToElsewhereInTheFolderIsReplacedAndNotFollowed(@TempDir Path other) throws IOException {
    Path precious = Files.writeString(other.resolve("precious"), "precious");
    Files.createSymbolicLink(folder.resolve("key.pem"), precious);
    Files.createSymbolicLink(folder.resolve("..data"), other);
    FolderTarget target = target();
    target.prepare();
    target.put(generation("one"));

    assertThat(precious).hasContent("precious");
    assertThat(other.resolve("key.pem")).doesNotExist();
    assertThat(folder.resolve("key.pem")).hasContent("one");
  }

  @Test
  void aRealFolderInThePlaceOfTheLinkIsAnError() throws IOException {
    Files.createDirectory(folder.resolve("..data"));

    assertThatThrownBy(() -> target().prepare()).hasMessageContaining("is no link");
  }

  @Test
  void whatACrashLeftIsClearedAndTheGenerationInPlaceStays() throws IOException {
    target().put(generation("one"));
    Path half = Files.createDirectory(folder.resolve("..mintmark-" + "0".repeat(32)));
    Files.writeString(half.resolve("key.pem"), "half");
    Files.createSymbolicLink(folder.resolve("..data.mintmark-" + "0".repeat(32)), half);
    target().prepare();

    assertThat(names()).hasSize(4);
    assertThat(folder.resolve("key.pem")).hasContent("one");
  }

  @Test
  void aLostIdentityLeavesNothing() throws IOException {
    FolderTarget target = target();
    target.put(generation("one"));
    target.remove();

    assertThat(names()).isEmpty();
    assertThat(target.there()).isFalse();
  }
}

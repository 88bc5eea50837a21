package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderFilesTest {
  @TempDir Path data;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void folderAndFilesAreTheOwnersAlone() throws IOException {
    FolderFiles files = FolderFiles.create(data.resolve("a/ledger"));
    files.append("appended").close();
    files.replace("replaced", ascii("x"));
    assertThat(mode(files.folder())).isEqualTo("rwx------");
    assertThat(mode(data.resolve("a"))).isEqualTo("rwx------");
    assertThat(mode(files.folder().resolve("appended"))).isEqualTo("rw-------");
    assertThat(mode(files.folder().resolve("replaced"))).isEqualTo("rw-------");
    assertThat(FolderFiles.create(files.folder()).names()).containsExactly("appended", "replaced");
  }

  @Test
  void onlyFilesAreNamedAndNoLinksToOthers() throws IOException {
    FolderFiles files = FolderFiles.create(data.resolve("ledger"));
    files.replace("b", ascii("x"));
    files.replace("a", ascii("x"));
    Files.createDirectory(files.folder().resolve("folder"));
    Files.createSymbolicLink(files.folder().resolve("link"), Path.of("a"));
    assertThat(files.names()).containsExactly("a", "b");
  }

  @Test
  void aFileIsReadFromAnyByteAndAppendedToAtItsEnd() throws IOException {
    FolderFiles files = FolderFiles.create(data.resolve("ledger"));
    files.replace("a", ascii("0123456789"));
    try (AppendFile file = files.append("a")) {
      assertThat(file.size()).isEqualTo(10);
      file.write(ascii("abcdef"), 1, 3);
      file.truncate(12);
      file.write(ascii("x"), 0, 1);
      file.truncate(100);
      file.write(ascii("y"), 0, 1);
      file.force();
    }
    try (InputStream in = files.read("a", 8)) {
      assertThat(in.readAllBytes()).isEqualTo(ascii("89bcxy"));
    }
    assertThat(files.size("a")).isEqualTo(14);
  }

  @Test
  void whatIsReplacedIsReplacedAsAWhole() throws IOException {
    FolderFiles files = FolderFiles.create(data.resolve("ledger"));
    Files.write(files.folder().resolve("a.tmp"), ascii("of a crash"));
    files.replace("a", ascii("one"));
    files.replace("a", ascii("2"));
    assertThat(files.readAll("a")).isEqualTo(ascii("2"));
    assertThat(files.names()).containsExactly("a");
    files.rename("a", "b");
    files.delete("b");
    files.delete("b");
    assertThat(files.names()).isEmpty();
    assertThat(files.exists("b")).isFalse();
  }

  @Test
  void aFileInPlaceOfTheFolderIsRefused() throws IOException {
    Files.write(data.resolve("ledger"), ascii("x"));
    assertThatThrownBy(() -> FolderFiles.create(data.resolve("ledger")))
        .isInstanceOf(FileAlreadyExistsException.class);
  }
}

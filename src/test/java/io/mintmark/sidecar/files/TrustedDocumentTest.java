package io.mintmark.sidecar.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever can write the configuration has commands run. */
class TrustedDocumentTest {
  @TempDir Path temporary;
  private Path folder;
  private Path document;

  @BeforeEach
  void documentOfOurs() throws IOException {
    folder = Files.createDirectory(temporary.resolve("mintmark"));
    document = Files.writeString(folder.resolve("sidecar.yaml"), "");
    mode(folder, 0755);
    mode(document, 0644);
  }

  private static void mode(Path path, int mode) throws IOException {
    Files.setAttribute(path, "unix:mode", mode);
  }

  private void require(Path path) throws IOException {
    TrustedDocument.require(path, "document", writable -> false);
  }

  private static boolean isRoot() throws IOException {
    return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
  }

  @Test
  void oneOfOursPasses() {
    assertThatCode(() -> require(document)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"0664", "0646", "0666"})
  void oneThatOthersCanWriteIsRefused(String mode) throws IOException {
    mode(document, Integer.parseInt(mode, 8));
    assertThatThrownBy(() -> require(document))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "document \"%s\" can be written by others (mode %s): chmod go-w, or mount it read-only",
            document, mode);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0775", "0757", "0777"})
  void aFolderOnTheWayInWhichOthersCanPutAnotherIsRefused(String mode) throws IOException {
    mode(folder, Integer.parseInt(mode, 8));
    assertThatThrownBy(() -> require(document))
        .hasMessageStartingWith("folder \"" + folder + "\" can be written by others (mode " + mode);
    mode(folder, 0755);
    mode(temporary, 0777);
    assertThatThrownBy(() -> require(document)).hasMessageStartingWith("folder \"" + temporary);
  }

  @Test
  void inAStickyFolderNobodyReplacesWhatIsOurs() throws IOException {
    mode(folder, 01777);
    assertThatCode(() -> require(document)).doesNotThrowAnyException();
    mode(document, 0666);
    assertThatThrownBy(() -> require(document)).hasMessageStartingWith("document ");
  }

  @Test
  void aDocumentLinkOrFolderOfAnotherUserIsRefused() throws IOException {
    if (!isRoot()) {
      return; // nobody else gives a file away
    }
    Path link = Files.createSymbolicLink(folder.resolve("link.yaml"), Path.of("sidecar.yaml"));
    Files.setAttribute(link, "unix:uid", 4242, LinkOption.NOFOLLOW_LINKS);
    assertThatThrownBy(() -> require(link))
        .hasMessageContaining("link")
        .hasMessageContaining("4242");
    Files.setAttribute(document, "unix:uid", 4242);
    assertThatThrownBy(() -> require(document))
        .hasMessage(
            "document \"%s\" belongs to user 4242, neither root nor the sidecar's own user",
            document);
  }

  /**
   * As the kubelet makes it: a folder of mode 0777 on a read-only mount, and links of that mode.
   */
  @Test
  void aConfigMapPasses() throws IOException {
    mode(folder, 0777);
    Path generation = Files.createDirectory(folder.resolve("..2026_03_01"));
    Files.writeString(generation.resolve("orders.yaml"), "");
    Files.createSymbolicLink(folder.resolve("..data"), generation.getFileName());
    Path link =
        Files.createSymbolicLink(folder.resolve("orders.yaml"), Path.of("..data/orders.yaml"));
    assertThatThrownBy(() -> require(link)).hasMessageContaining("can be written by others");
    assertThatCode(() -> TrustedDocument.require(link, "document", path -> path.startsWith(folder)))
        .doesNotThrowAnyException();
  }

  /** systemd shows all of it read-only to a unit with ProtectSystem=strict. */
  @Test
  void theFileSystemOfTheRootIsNotMountedFromElsewhere() throws IOException {
    assertThat(TrustedDocument.fromElsewhere(Path.of("/"))).isFalse();
    assertThat(TrustedDocument.fromElsewhere(Path.of("/proc"))).isTrue();
  }

  @Test
  void whatLinksLeadToIsLookedAtToo() throws IOException {
    Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("sidecar.yaml"), "");
    mode(elsewhere, 0777);
    Files.delete(document);
    Files.createSymbolicLink(document, Path.of("../elsewhere/sidecar.yaml"));
    assertThatThrownBy(() -> require(document)).hasMessageStartingWith("folder \"" + elsewhere);
  }

  @Test
  void aPipeOrFolderInItsPlaceIsRefusedBeforeAnybodyWaitsForIt() throws Exception {
    Files.delete(document);
    assertThat(new ProcessBuilder("mkfifo", document.toString()).start().waitFor()).isZero();
    assertThatThrownBy(() -> require(document))
        .hasMessage("document \"%s\" is no regular file", document);
    Path link = Files.createSymbolicLink(folder.resolve("link.yaml"), document);
    assertThatThrownBy(() -> require(link)).hasMessageContaining("is no regular file");
    assertThatThrownBy(() -> require(folder))
        .hasMessage("document \"%s\" is no regular file", folder);
  }

  @Test
  void whatAShellMadeOfACommandPasses() {
    assertThatCode(() -> TrustedDocument.require(Path.of("/dev/fd/63"))).doesNotThrowAnyException();
  }
}

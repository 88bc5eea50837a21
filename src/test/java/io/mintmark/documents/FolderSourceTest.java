package io.mintmark.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.documents.FolderWatcher.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderSourceTest {
  @TempDir Path temporary;
  Path folder;

  @BeforeEach
  void folderWithOneDocument() throws IOException {
    folder = Files.createDirectory(temporary.resolve("policy"));
    Files.writeString(folder.resolve("a.yaml"), resource("a"));
    Files.createDirectory(folder.resolve("bundles"));
    Files.writeString(folder.resolve("bundles/prod.json"), "{}");
    Files.writeString(temporary.resolve("secret"), "outside");
  }

  @Test
  void filesAreReadByTheirNames() throws Exception {
    Files.writeString(folder.resolve("b.yml"), resource("b"));
    Files.writeString(folder.resolve("c.json"), "not read");
    Files.writeString(folder.resolve(".hidden.yaml"), "not read");
    Files.writeString(folder.resolve("bundles/d.yaml"), "not read");
    assertThat(new FolderSource(folder).load().documents())
        .extracting(Document::name)
        .containsExactly("a", "b");
    assertThat(new FolderSource(folder).passedOver())
        .extracting(Problem::toString)
        .containsExactly(
            folder.resolve("bundles/d.yaml")
                + ":1:1: warning: documents in subfolders are not read");
  }

  @Test
  void aFileOfTheSameBytesIsReadOnceAndOneThatChangedAnew() throws Exception {
    Files.writeString(folder.resolve("b.yaml"), resource("b"));
    FolderSource source = new FolderSource(folder);
    List<Document> before = source.load().documents();
    var written = Files.getLastModifiedTime(folder.resolve("b.yaml"));
    // of the same size and the same time
    Files.writeString(folder.resolve("b.yaml"), resource("c"));
    Files.setLastModifiedTime(folder.resolve("b.yaml"), written);
    List<Document> after = source.load().documents();

    assertThat(after).extracting(Document::name).containsExactly("a", "c");
    assertThat(after.getFirst()).isSameAs(before.getFirst());
  }

  /** Or what is left of it would be in force: a file that is good but for its guardrail. */
  @Test
  void aFileWithAnErrorIsRefusedEachTimeHoweverManyErrorsThereAre() throws Exception {
    Files.writeString(
        folder.resolve("b.yaml"), resource("b") + "---\n" + resource("c") + "\n  x: 1\n");
    for (int i = 0; i < 11; i++) {
      Files.writeString(folder.resolve("_%d.yaml".formatted(i)), "---\n[]\n".repeat(100));
    }
    FolderSource source = new FolderSource(folder);
    assertThatThrownBy(source::load).isInstanceOf(DocumentErrors.class);
    for (int i = 0; i < 11; i++) {
      Files.delete(folder.resolve("_%d.yaml".formatted(i)));
    }
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(source::load)
          .isInstanceOfSatisfying(
              DocumentErrors.class, errors -> assertThat(errors.problems()).hasSize(1));
    }
  }

  @Test
  void aFileThatIsKnownStillClashesWithAnotherOfTheSameName() throws Exception {
    FolderSource source = new FolderSource(folder);
    assertThat(source.load().documents()).hasSize(1);
    Files.writeString(folder.resolve("b.yaml"), resource("a"));
    assertThatThrownBy(source::load).hasMessageContaining("is already at");
  }

  @Test
  void emptyFolderIsAnEmptySetAndAMissingOneAnError() throws Exception {
    Path empty = Files.createDirectory(temporary.resolve("empty"));
    assertThat(new FolderSource(empty).load().documents()).isEmpty();
    Path missing = temporary.resolve("missing");
    assertThatThrownBy(() -> new FolderSource(missing).load())
        .hasMessage(missing + ":1:1: error: policy folder does not exist");
    Path file = folder.resolve("a.yaml");
    assertThatThrownBy(() -> new FolderSource(file).load()).isInstanceOf(DocumentErrors.class);
  }

  @Test
  void attachmentsAreReadFromTheFolder() throws Exception {
    DocumentSet set = new FolderSource(folder).load();
    Document document = set.documents().getFirst();
    assertThat(set.attachments().read(document, "/spec", "bundles/prod.json")).hasSize(2);
    Files.createSymbolicLink(folder.resolve("inside.json"), Path.of("bundles/prod.json"));
    assertThat(set.attachments().read(document, "/spec", "inside.json")).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret", "bundles/../../secret", "bundles/..", "..", "/etc/passwd", "link", "up/secret",
        "bundles", "missing", "a.yaml/x", "nul\0", "", "huge", "."
      })
  void attachmentsOutsideOrUnreadableAreRefused(String path) throws Exception {
    Files.createSymbolicLink(folder.resolve("link"), temporary.resolve("secret"));
    Files.createSymbolicLink(folder.resolve("up"), temporary);
    Files.write(folder.resolve("huge"), new byte[(1 << 20) + 1]);
    DocumentSet set = new FolderSource(folder).load();
    Document document = set.documents().getFirst();
    assertThatThrownBy(() -> set.attachments().read(document, "/spec/owner", path))
        .isInstanceOf(DocumentErrors.class)
        .hasMessageStartingWith(folder.resolve("a.yaml") + ":4:15: error: file \"");
  }

  @Test
  void documentsThatLieOutsideOrAreNoTextAreRefused() throws Exception {
    Files.writeString(temporary.resolve("x.yaml"), resource("x"));
    Files.createSymbolicLink(folder.resolve("b.yaml"), temporary.resolve("x.yaml"));
    Files.createDirectory(folder.resolve("c.yaml"));
    Files.write(folder.resolve("d.yaml"), new byte[] {'a', ':', ' ', (byte) 0xc0, (byte) 0xaf});
    Files.write(folder.resolve("e.yaml"), new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> new FolderSource(folder).load())
        .isInstanceOfSatisfying(
            DocumentErrors.class,
            errors ->
                assertThat(errors.problems())
                    .extracting(Problem::message)
                    .containsExactly(
                        "is a link to outside the policy folder",
                        "is not a file",
                        "not UTF-8",
                        "is larger than 1 MiB"));
  }

  /** A check when documents are compiled says nothing of what is read later. */
  @Test
  void aFileThatBecomesALinkToOutsideLaterIsReadNoMore() throws Exception {
    FolderSource source = new FolderSource(folder);
    assertThat(source.read("bundles/prod.json", 10)).hasSize(2);
    Files.delete(folder.resolve("bundles/prod.json"));
    Files.createSymbolicLink(folder.resolve("bundles/prod.json"), temporary.resolve("secret"));
    assertThatThrownBy(() -> source.read("bundles/prod.json", 10))
        .hasMessage("is a link to outside the policy folder");
    Files.move(folder.resolve("bundles"), temporary.resolve("elsewhere"));
    Files.createSymbolicLink(folder.resolve("bundles"), temporary.resolve("elsewhere"));
    assertThatThrownBy(() -> source.read("bundles/prod.json", 10))
        .hasMessage("is a link to outside the policy folder");
  }

  @Test
  void norIsItOnASystemWithoutHandlesOfFolders() throws Exception {
    Path root = folder.toRealPath();
    ConfinedFiles files = new ConfinedFiles(folder, Custody.ANYBODY);
    assertThat(files.readByPath(root, root.resolve("bundles/prod.json"), 10)).hasSize(2);
    Files.createSymbolicLink(root.resolve("link"), temporary.resolve("secret"));
    Files.createSymbolicLink(root.resolve("up"), temporary);
    for (String path : List.of("link", "up/secret", "bundles")) {
      assertThatThrownBy(() -> files.readByPath(root, root.resolve(path), 10))
          .as(path)
          .isInstanceOf(ConfinedFiles.Unreadable.class);
    }
  }

  @Test
  void whatIsTooLargeOrNoFileIsReadNoMoreEither() throws Exception {
    FolderSource source = new FolderSource(folder);
    assertThatThrownBy(() -> source.read("bundles/prod.json", 1))
        .hasMessage("is larger than 1 bytes");
    for (String no : List.of("bundles", ".", "")) {
      assertThatThrownBy(() -> source.read(no, 10)).as(no).hasMessage("is not a file");
    }
    assertThatThrownBy(() -> source.read("../secret", 10))
        .hasMessage("must not be outside the policy folder");
  }

  /** Opening a pipe that nobody writes to waits for ever. */
  @Test
  @Timeout(20)
  void aPipeIsNotOpened() throws Exception {
    Path pipe = folder.resolve("pipe.yaml");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThatThrownBy(() -> new FolderSource(folder).read("pipe.yaml", 10))
        .hasMessage("is not a file");
    assertThatThrownBy(() -> new FolderSource(folder).load())
        .hasMessage(pipe + ":1:1: error: is not a file");
  }

  @Test
  void theWatcherReportsChangesErrorsAndRecovery() throws Exception {
    FolderSource source = new FolderSource(folder);
    BlockingQueue<Load> loads = new LinkedBlockingQueue<>();
    try (FolderWatcher watcher =
        FolderWatcher.start(
            source, source, source.load().digest(), Duration.ofMillis(50), loads::add)) {
      assertThat(watcher).isNotNull();
      Files.writeString(folder.resolve("b.yaml"), resource("b"));
      assertThat(documents(next(loads))).isEqualTo(2);
      Files.writeString(folder.resolve("b.yaml"), "kind: [");
      assertThat(next(loads)).isInstanceOf(Load.Broken.class);
      Files.writeString(folder.resolve("b.yaml"), resource("b"));
      assertThat(documents(next(loads))).isEqualTo(2);
    }
  }

  @Test
  void theWatcherSeesALinkMoveAsInAConfigMap() throws Exception {
    Path mount = Files.createDirectory(temporary.resolve("mount"));
    Files.createDirectory(mount.resolve("..1"));
    Files.createDirectory(mount.resolve("..2"));
    Files.writeString(mount.resolve("..1/p.yaml"), resource("one"));
    Files.writeString(mount.resolve("..2/p.yaml"), resource("two"));
    Files.createSymbolicLink(mount.resolve("..data"), Path.of("..1"));
    Files.createSymbolicLink(mount.resolve("p.yaml"), Path.of("..data/p.yaml"));
    FolderSource source = new FolderSource(mount);
    BlockingQueue<Load> loads = new LinkedBlockingQueue<>();
    try (FolderWatcher watcher =
        FolderWatcher.start(
            source, source, source.load().digest(), Duration.ofMillis(50), loads::add)) {
      assertThat(watcher).isNotNull();
      Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of("..2"));
      Files.move(
          mount.resolve("..data_tmp"), mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
      assertThat(next(loads))
          .isInstanceOfSatisfying(
              Load.Loaded.class,
              loaded ->
                  assertThat(loaded.documents().documents().getFirst().name()).isEqualTo("two"));
    }
  }

  /** As that of a thread that cannot be made, for a key source of a new document. */
  @Test
  void anErrorOfWhoeverIsToldEndsNoWatch() throws Exception {
    FolderSource source = new FolderSource(folder);
    BlockingQueue<Load> loads = new LinkedBlockingQueue<>();
    AtomicInteger told = new AtomicInteger();
    try (FolderWatcher watcher =
        FolderWatcher.start(
            source,
            source,
            source.load().digest(),
            Duration.ofMillis(50),
            load -> {
              if (told.getAndIncrement() == 0) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              return loads.add(load);
            })) {
      assertThat(watcher).isNotNull();
      Files.writeString(folder.resolve("b.yaml"), resource("b"));
      assertThat(documents(next(loads))).as("offered again").isEqualTo(2);
      Files.delete(folder.resolve("b.yaml"));
      assertThat(documents(next(loads))).isEqualTo(1);
    }
  }

  @Test
  void anErrorOfALoadEndsNoWatch() throws Exception {
    FolderSource source = new FolderSource(folder);
    BlockingQueue<Load> loads = new LinkedBlockingQueue<>();
    AtomicInteger loaded = new AtomicInteger();
    try (FolderWatcher watcher =
        FolderWatcher.start(
            source,
            () -> {
              if (loaded.getAndIncrement() == 0) {
                throw new NoClassDefFoundError("one that failed to begin");
              }
              return source.load();
            },
            source.load().digest(),
            Duration.ofMillis(50),
            loads::add)) {
      assertThat(watcher).isNotNull();
      Files.writeString(folder.resolve("b.yaml"), resource("b"));
      assertThat(documents(next(loads))).isEqualTo(2);
    }
  }

  private static Load next(BlockingQueue<Load> loads) throws InterruptedException {
    Load load = loads.poll(20, TimeUnit.SECONDS);
    assertThat(load).isNotNull();
    return load;
  }

  private static int documents(Load load) {
    return load instanceof Load.Loaded(DocumentSet set) ? set.documents().size() : -1;
  }

  private static String resource(String name) {
    return """
    apiVersion: mintmark.io/v1
    kind: Resource
    metadata: {name: %s}
    spec: {owner: a, audience: "https://%s.example.org", scopes: [read]}
    """
        .formatted(name, name);
  }
}

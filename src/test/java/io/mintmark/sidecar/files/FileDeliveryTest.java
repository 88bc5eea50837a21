package io.mintmark.sidecar.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.sidecar.delivery.Delivery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One file over time: attacks on its place, faults of its disk, the end of its credential. */
class FileDeliveryTest {
  @TempDir Path temp;
  private Path folder = Path.of("/");
  private Path file = Path.of("/");
  private final Hand hand = new Hand();
  private boolean full;

  /** A disk that is full half-way through a file, where a test says so. */
  private final Disk disk =
      new Disk() {
        @Override
        public void write(Path file, byte[] bytes, Ownership ownership) throws IOException {
          if (full) {
            Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
            throw new IOException("No space left on device");
          }
          Disk.REAL.write(file, bytes, ownership);
        }

        @Override
        public void sync(Path folder) throws IOException {
          Disk.REAL.sync(folder);
        }
      };

  @BeforeEach
  void folder() throws IOException {
    folder = Files.createDirectory(temp.resolve("creds"));
    file = folder.resolve("token");
  }

  @AfterEach
  void close() {
    hand.close();
  }

  private FilePlan plan(String mode, boolean removed) {
    return new FilePlan(
        file, new Content.Token(Hand.LEDGER), Ownership.of(mode, null, null), false, removed, null);
  }

  private Delivery started() throws IOException {
    return started(plan("0600", true));
  }

  private Delivery started(FilePlan plan) throws IOException {
    Delivery delivery = new FileDelivery(plan, plan.target(disk), hand.surroundings());
    delivery.start();
    return delivery;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aTokenIsWrittenAsItIsAndRenewed() throws IOException {
    Delivery delivery = started();
    assertThat(delivery.ready()).isFalse();
    hand.giveToken("first", 60);

    assertThat(file).hasContent("first");
    assertThat(delivery.ready()).isTrue();
    hand.giveToken("second", 60);
    assertThat(file).hasContent("second");
    assertThat(names()).containsExactly("token");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0600:rw-------", "0640:rw-r-----", "0400:r--------", "0444:r--r--r--"})
  void theModeIsTheOneThatWasNamedWhateverTheUmask(String row) throws IOException {
    started(plan(row.substring(0, 4), true));
    hand.giveToken("first", 60);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo(row.substring(5));
  }

  @Test
  void aLinkAtTheTargetIsReplacedAndNeverFollowed() throws IOException {
    Path elsewhere = Files.writeString(temp.resolve("elsewhere"), "precious");
    Files.createSymbolicLink(file, elsewhere);
    started();
    hand.giveToken("first", 60);

    assertThat(elsewhere).hasContent("precious");
    assertThat(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(file).hasContent("first");
  }

  @Test
  void aHardLinkIsNeverWrittenThrough() throws IOException {
    Path elsewhere = Files.writeString(temp.resolve("elsewhere"), "precious");
    Files.createLink(file, elsewhere);
    started();
    hand.giveToken("first", 60);

    assertThat(elsewhere).hasContent("precious");
    assertThat(file).hasContent("first");
  }

  @Test
  void aHardLinkThatSomebodyMadeOfTheOldFileDoesNotSeeTheNewOne() throws IOException {
    started();
    hand.giveToken("first", 60);
    Path kept = Files.createLink(temp.resolve("kept"), file);
    hand.giveToken("second", 60);

    assertThat(kept).hasContent("first");
    assertThat(file).hasContent("second");
  }

  @Test
  void aFolderThatOthersCanWriteIsRefused() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwx---"));

    assertThatThrownBy(this::started)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("can be written by others (mode 0770)");
  }

  @Test
  void aFolderAboveThatOthersCanWriteIsRefused() throws IOException {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThatThrownBy(this::started).hasMessageContaining("can be written by others");
  }

  @Test
  void aStickyFolderIsGoodEnoughAboveAndNotAsTheLast() throws IOException {
    Files.setAttribute(temp, "unix:mode", 01777);
    started();
    Files.setAttribute(folder, "unix:mode", 01777);

    assertThatThrownBy(this::started).hasMessageContaining("can be written by others");
    Files.setAttribute(temp, "unix:mode", 0700);
  }

  @Test
  void aFolderThatIsSharedOnPurposeIsTakenAndItsLinksAreNotFollowed() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path elsewhere = Files.writeString(temp.resolve("elsewhere"), "precious");
    Files.createSymbolicLink(file, elsewhere);
    FilePlan plan = plan("0600", true);
    started(new FilePlan(file, plan.content(), plan.ownership(), true, true, null));
    hand.giveToken("first", 60);

    assertThat(elsewhere).hasContent("precious");
    assertThat(file).hasContent("first");
  }

  @Test
  void aFolderThatIsOpenedToOthersLaterGetsNothingMore() throws IOException {
    started();
    hand.giveToken("first", 60);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    hand.giveToken("second", 60);

    assertThat(file).hasContent("first");
    assertThat(hand.count("mintmark.sidecar.files", "outcome", "failed")).isEqualTo(1);
  }

  @Test
  void aFolderByOurOwnLinkIsFound() throws IOException {
    Path link = Files.createSymbolicLink(temp.resolve("link"), Path.of("creds"));
    file = link.resolve("token");
    started();
    hand.giveToken("first", 60);

    assertThat(folder.resolve("token")).hasContent("first");
  }

  @Test
  void aLoopOfLinksIsRefused() throws IOException {
    Path link = Files.createSymbolicLink(temp.resolve("loop"), Path.of("loop"));
    file = link.resolve("token");

    assertThatThrownBy(this::started).hasMessageContaining("too many links");
  }

  @Test
  void aFolderAtTheTargetIsAnError() throws IOException {
    Files.createDirectory(file);

    assertThatThrownBy(this::started).hasMessageContaining("no regular file");
  }

  @Test
  void aPipeAtTheTargetIsAnErrorAndKeepsNobodyWaiting() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();

    assertThatThrownBy(this::started).hasMessageContaining("no regular file");
  }

  @Test
  void aFolderThatIsNotThereIsAnError() {
    file = temp.resolve("absent/token");

    assertThatThrownBy(this::started).hasMessageContaining("there is no folder");
  }

  @Test
  void aFullDiskLeavesTheOldFileWholeAndNothingBeside() throws IOException {
    started();
    hand.giveToken("first", 60);
    full = true;
    hand.giveToken("second", 60);

    assertThat(file).hasContent("first");
    assertThat(names()).containsExactly("token");
    assertThat(hand.count("mintmark.sidecar.files", "outcome", "failed")).isEqualTo(1);
  }

  @Test
  void whatADiskRefusedIsWrittenAsSoonAsItTakesIt() throws Exception {
    Delivery delivery = started();
    full = true;
    hand.giveToken("first", 60);
    assertThat(delivery.ready()).isFalse();
    full = false;

    for (int i = 0; i < 200 && !delivery.ready(); i++) {
      Thread.sleep(50);
    }
    assertThat(file).hasContent("first");
  }

  @Test
  void anOldFileThatCannotBeReplacedGoesWhenItsCredentialExpires() throws IOException {
    Delivery delivery = started();
    hand.giveToken("first", 60);
    full = true;
    hand.now = hand.now.plusSeconds(60);
    assertThat(delivery.ready()).isFalse();
    hand.giveToken("second", 60);

    assertThat(file).doesNotExist();
  }

  @Test
  void anExpiredCredentialsFileIsRemoved() throws IOException {
    Delivery delivery = started();
    hand.giveToken("first", 60);
    hand.lose(Hand.LEDGER);

    assertThat(file).doesNotExist();
    assertThat(delivery.ready()).isFalse();
  }

  @Test
  void anExpiredCredentialsFileIsKeptWhereThatIsWantedAndIsNotReady() throws IOException {
    Delivery delivery = started(plan("0600", false));
    hand.giveToken("first", 60);
    hand.lose(Hand.LEDGER);

    assertThat(file).hasContent("first");
    assertThat(delivery.ready()).isFalse();
  }

  @Test
  void whereThereIsNoFileNothingIsSaidToBeRemoved() throws IOException {
    started();
    hand.lose(Hand.LEDGER);
    hand.lose(Hand.LEDGER);
    assertThat(removals()).isZero();

    hand.giveToken("first", 60);
    hand.lose(Hand.LEDGER);
    hand.lose(Hand.LEDGER);
    assertThat(removals()).isEqualTo(1);
  }

  private double removals() {
    return hand.surroundings()
        .meters()
        .counter("mintmark.sidecar.files", "outcome", "removed")
        .count();
  }

  @Test
  void anExpiredCredentialIsNeverWritten() throws IOException {
    started();
    hand.giveToken("stale", 0);

    assertThat(file).doesNotExist();
  }

  @Test
  void whatACrashLeftIsClearedAndNothingElse() throws IOException {
    Files.writeString(folder.resolve(".token.mintmark-" + "0".repeat(32)), "half");
    Files.writeString(folder.resolve(".token.mintmark-mine"), "other");
    Files.writeString(folder.resolve(".other.mintmark-" + "0".repeat(32)), "other");
    started();

    assertThat(names())
        .containsExactly(".other.mintmark-" + "0".repeat(32), ".token.mintmark-mine");
  }

  @Test
  void aStoppedDeliveryWritesNothingMoreAndLeavesTheFile() throws IOException {
    Delivery delivery = started();
    hand.giveToken("first", 60);
    delivery.stop(Duration.ofSeconds(1));
    hand.giveToken("second", 60);

    assertThat(file).hasContent("first");
  }
}

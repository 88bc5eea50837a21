package io.mintmark.storage.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.evidence.LastGood;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileLastGoodTest {
  private static final String PLACE = "bundle prod.example.org https_web https://x/bundle";
  private static final LastGood.Kept KEPT =
      new LastGood.Kept(
          Instant.parse("2026-11-22T12:00:00.123Z"),
          "{\"keys\": []}".getBytes(StandardCharsets.UTF_8));

  /** Never "nothing": who asks whether something ever was kept must not hear no. */
  private static final LastGood.Found UNUSABLE = new LastGood.Unusable();

  @TempDir private Path parent;
  private Path folder;
  private FileLastGood lastGood;
  private Path file;

  @BeforeEach
  void save() throws Exception {
    folder = parent.resolve("keys");
    lastGood = new FileLastGood(folder);
    lastGood.save(PLACE, KEPT);
    file = lastGood.file(PLACE);
  }

  @Test
  void whatIsSavedIsLoaded() throws Exception {
    LastGood.Kept loaded = (LastGood.Kept) new FileLastGood(folder).load(PLACE);
    assertThat(loaded.fetchedAt()).isEqualTo(KEPT.fetchedAt());
    assertThat(loaded.bytes()).isEqualTo(KEPT.bytes());
    assertThat(lastGood.load("bundle other.example.org")).isEqualTo(new LastGood.Nothing());
  }

  @Test
  void filesAreForTheirOwnerOnlyAndNothingElseStaysBehind() throws Exception {
    lastGood.save(PLACE, KEPT);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void everyFlippedByteAndEveryTruncationIsRefusedOrHarmless() throws Exception {
    byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < good.length; i++) {
      byte[] flipped = good.clone();
      flipped[i] ^= 0x01;
      Files.write(file, flipped);
      if (lastGood.load(PLACE) instanceof LastGood.Kept loaded) {
        assertThat(loaded.bytes()).as("byte %d", i).isEqualTo(KEPT.bytes());
        assertThat(loaded.fetchedAt()).as("byte %d", i).isEqualTo(KEPT.fetchedAt());
      }
      Files.write(file, Arrays.copyOf(good, i));
      assertThat(lastGood.load(PLACE)).as("cut at %d", i).isEqualTo(UNUSABLE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "\"text\"",
        "{\"format\": 1}",
        "not json",
        "{\"format\":",
        "{\"format\": \"mintmark-last-good/2\"}",
        "\u0000\u0000\u0000\u0000",
        "{\"format\":\"mintmark-last-good/1\",\"place\":\"bundle prod.example.org https_web"
            + " https://x/bundle\",\"fetched_at\":\"yesterday\",\"sha256\":"
            + "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\","
            + "\"content\":\"\"}",
        "{\"format\":\"mintmark-last-good/1\",\"place\":\"bundle prod.example.org https_web"
            + " https://x/bundle\",\"fetched_at\":\"2026-11-22T12:00:00Z\",\"sha256\":"
            + "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\","
            + "\"content\":\"***\"}"
      })
  void damagedFilesAreNotUsed(String content) throws Exception {
    Files.writeString(file, content);
    assertThat(lastGood.load(PLACE)).isEqualTo(UNUSABLE);
    lastGood.save(PLACE, KEPT);
    assertThat(lastGood.load(PLACE)).as("and are replaced").isInstanceOf(LastGood.Kept.class);
  }

  @Test
  void aFileOfAnotherSourceIsNotUsed() throws Exception {
    String other = "bundle prod.example.org https_web https://attacker/bundle";
    lastGood.save(other, KEPT);
    Files.write(file, Files.readAllBytes(lastGood.file(other)));
    assertThat(lastGood.load(PLACE)).isEqualTo(UNUSABLE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-rw----", "rw-r--rw-", "rw-r--r--", "rwx------"})
  void filesThatOthersMayTouchAreNotUsed(String mode) throws Exception {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    assertThat(lastGood.load(PLACE)).isEqualTo(UNUSABLE);
  }

  @Test
  void linksAreNotFollowed() throws Exception {
    Path target = Files.move(file, parent.resolve("elsewhere"));
    Files.createSymbolicLink(file, target);
    assertThat(lastGood.load(PLACE)).isEqualTo(UNUSABLE);
    Files.delete(file);
    Files.createDirectory(file);
    assertThat(lastGood.load(PLACE)).isEqualTo(UNUSABLE);
  }

  @Test
  void hugeFilesAreNotRead() throws Exception {
    Files.write(file, new byte[5 * 1024 * 1024]);
    assertThat(lastGood.load(PLACE)).isEqualTo(UNUSABLE);
  }
}

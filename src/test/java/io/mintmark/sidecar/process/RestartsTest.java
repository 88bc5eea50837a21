package io.mintmark.sidecar.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestartsTest {
  @TempDir Path temporary;
  private Instant now = Instant.parse("2026-03-01T12:00:00Z");

  /** As a process of its own has it. */
  private Restarts restarts(String name) {
    return new Restarts(temporary.resolve("mintmark"), name, () -> now);
  }

  private void fails(int times) {
    for (int i = 0; i < times; i++) {
      restarts("orders").ended(true);
    }
  }

  private Path record() throws IOException {
    try (var files = Files.list(temporary.resolve("mintmark"))) {
      return files.findFirst().orElseThrow();
    }
  }

  @Test
  void aLoopOfFailuresAsksTheBrokerMoreAndMoreRarely() {
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      Duration pause = restarts("orders").pause();
      pauses.add(pause.toSeconds());
      now = now.plus(pause);
      fails(1);
    }

    assertThat(pauses.subList(0, 9)).containsExactly(0L, 1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
    assertThat(pauses.subList(9, 24)).containsOnly(60L);
  }

  @Test
  void aLoopOfRunsThatDoNotFailAsksOnceASecondAtMost() {
    fails(5);
    restarts("orders").ended(false);
    assertThat(restarts("orders").pause()).isEqualTo(Duration.ofSeconds(1));
    now = now.plusSeconds(1);
    assertThat(restarts("orders").pause()).isZero();
  }

  @Test
  void aPauseCountsFromTheEndOfTheRunAndFailuresAreForgotten() {
    fails(4);
    now = now.plusSeconds(5);
    assertThat(restarts("orders").pause()).isEqualTo(Duration.ofSeconds(3));
    now = now.plus(Duration.ofMinutes(10));
    assertThat(restarts("orders").pause()).isZero();
    fails(1);
    assertThat(restarts("orders").pause()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void anotherProgramDoesNotWait() {
    fails(4);
    assertThat(restarts("payments").pause()).isZero();
  }

  @Test
  void aClockThatWasSetBackMakesNoPauseLonger() {
    fails(4);
    now = now.minus(Duration.ofDays(400));
    assertThat(restarts("orders").pause()).isEqualTo(Duration.ofSeconds(8));
  }

  @Test
  void nobodyElseReadsWhatIsRememberedAndItNamesNothing() throws IOException {
    fails(1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(record())))
        .isEqualTo("rw-------");
    assertThat(record().toString()).doesNotContain("orders");
    assertThat(Files.readString(record())).isEqualTo("1 " + now.toEpochMilli() + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "9", "99 99999999999999999999\n", "-1 5\n", "1 5\nmore", "a b\n"})
  void aRecordThatIsNoneIsPassedOver(String text) throws IOException {
    fails(4);
    Files.writeString(record(), text);
    assertThat(restarts("orders").pause()).isZero();
    fails(1);
    assertThat(restarts("orders").pause()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aFolderThatOthersMadeOrALinkIsNotUsed() throws IOException {
    Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
    Files.createSymbolicLink(temporary.resolve("mintmark"), elsewhere);
    fails(1);
    assertThat(elsewhere).isEmptyDirectory();

    Files.delete(temporary.resolve("mintmark"));
    Path open = Files.createDirectory(temporary.resolve("mintmark"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    fails(1);
    assertThat(open).isEmptyDirectory();
  }

  @Test
  void whatIsOldIsCleared() throws IOException {
    fails(1);
    Path first = record();
    Files.setLastModifiedTime(
        first, java.nio.file.attribute.FileTime.from(now.minus(Duration.ofHours(1))));
    restarts("payments").ended(true);
    assertThat(first).doesNotExist();
  }

  @Test
  void theFolderIsTheOneOfTheSessionOrOfTheUser() throws IOException {
    assertThat(Restarts.folder(Map.of("XDG_RUNTIME_DIR", temporary.toString())))
        .isEqualTo(temporary.resolve("mintmark"));
    assertThat(Restarts.folder(Map.of("XDG_RUNTIME_DIR", "relative")))
        .hasFileName("mintmark-" + OwnUser.id());
  }
}

package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.ledger.tree.VerifierKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A ledger fails verification on any edit. */
class TamperingTest {
  private static final JournalSettings SMALL =
      JournalSettings.defaults().withSegments(2_000, Duration.ofDays(9));
  private static final int RECORDS = 20;

  private final ModelDisk disk = new ModelDisk();
  private byte[] atEight = new byte[0];

  @BeforeEach
  void write() throws IOException {
    try (LogTail tail = open(disk, 1)) {
      for (int i = 0; i < RECORDS; i += 4) {
        commit(tail, i, i + 1, i + 2, i + 3);
        if (i == 4) {
          tail.publish();
          atEight = disk.bytes("checkpoint");
        }
      }
    }
    assertThat(disk.names().stream().filter(SegmentName::isLines).count()).isGreaterThan(3);
    assertThat(verify(disk).problem()).isNull();
  }

  private static LogTail open(LogFiles files, int key) throws IOException {
    return Recovery.open(files, new TestKey(key), SMALL, Records.NOON, new Random(1));
  }

  private static void commit(LogTail tail, int... numbers) throws IOException {
    Batch batch = tail.batch();
    for (int number : numbers) {
      batch.add(RecordLine.afterSeq(Records.minted(number)));
    }
    tail.commit(batch, Records.NOON);
  }

  private static Verdict verify(LogFiles files) throws IOException {
    return Verification.verify(files, null, null, count -> {});
  }

  private List<String> segments() {
    return disk.names().stream().filter(SegmentName::isLines).toList();
  }

  private void fails(ModelDisk edited, String what) throws IOException {
    assertThat(verify(edited).holds()).as(what).isFalse();
  }

  @Test
  void anyFlippedBitShows() throws IOException {
    Random random = new Random(4);
    for (String name : segments()) {
      byte[] bytes = disk.bytes(name);
      for (int i = 0; i < 60; i++) {
        ModelDisk edited = disk.afterKill();
        byte[] flipped = bytes.clone();
        int at = random.nextInt(bytes.length);
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        edited.put(name, flipped);
        fails(edited, name + " byte " + at);
      }
    }
  }

  @Test
  void everyByteOfOneLineShows() throws IOException {
    String name = segments().get(1);
    byte[] bytes = disk.bytes(name);
    int end = new String(bytes, StandardCharsets.UTF_8).indexOf('\n');
    for (int bit = 0; bit < 8 * (end + 1); bit += bit % 8 == 6 ? 2 : 3) {
      ModelDisk edited = disk.afterKill();
      byte[] flipped = bytes.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      edited.put(name, flipped);
      fails(edited, "bit " + bit);
    }
  }

  @Test
  void aLineRemovedDoubledOrSwappedShows() throws IOException {
    for (String name : segments()) {
      List<String> lines = lines(name);
      for (int i = 0; i < lines.size(); i++) {
        List<String> removed = new ArrayList<>(lines);
        removed.remove(i);
        fails(with(name, removed), "line removed");
        List<String> doubled = new ArrayList<>(lines);
        doubled.add(i, lines.get(i));
        if (!(name.equals(segments().getLast()) && i == lines.size() - 1)) {
          fails(with(name, doubled), "line doubled");
        }
        List<String> swapped = new ArrayList<>(lines);
        if (i > 0) {
          Collections.swap(swapped, i, i - 1);
          fails(with(name, swapped), "lines swapped");
        }
      }
    }
  }

  @Test
  void aLineRemovedAndTheRestNumberedAnewShows() throws IOException {
    String name = segments().getLast();
    List<String> lines = new ArrayList<>(lines(name));
    long first = SegmentName.of(name).first();
    lines.removeFirst();
    List<String> renumbered = new ArrayList<>();
    for (String line : lines) {
      renumbered.add(line.replaceFirst("\"seq\":[0-9]+", "\"seq\":" + (first + renumbered.size())));
    }
    fails(with(name, renumbered), "renumbered");
  }

  @Test
  void aCutAtEveryByteShows() throws IOException {
    for (String name : segments()) {
      byte[] bytes = disk.bytes(name);
      int step = name.equals(segments().getLast()) ? 1 : 29;
      for (int length = bytes.length - 1; length >= 0; length -= step) {
        ModelDisk edited = disk.afterKill();
        edited.put(name, Arrays.copyOf(bytes, length));
        fails(edited, name + " cut to " + length);
      }
    }
  }

  @Test
  void aCutOfTheCheckpointsShows() throws IOException {
    byte[] bytes = disk.bytes("checkpoints");
    for (int length = bytes.length - 1;
        length >= 0;
        length -= bytes.length < length + 400 ? 1 : 9) {
      ModelDisk edited = disk.afterKill();
      edited.put("checkpoints", Arrays.copyOf(bytes, length));
      fails(edited, "checkpoints cut to " + length);
    }
  }

  @Test
  void anyFlippedBitOfTheCheckpointsShows() throws IOException {
    Random random = new Random(5);
    byte[] bytes = disk.bytes("checkpoints");
    for (int i = 0; i < 200; i++) {
      ModelDisk edited = disk.afterKill();
      byte[] flipped = bytes.clone();
      int at = random.nextInt(bytes.length);
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      edited.put("checkpoints", flipped);
      fails(edited, "checkpoints byte " + at);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"origin", "vkey", "checkpoint"})
  void anyFlippedBitOfAnIdentityFileShows(String name) throws IOException {
    byte[] bytes = disk.bytes(name);
    for (int at = 0; at < bytes.length; at++) {
      ModelDisk edited = disk.afterKill();
      byte[] flipped = bytes.clone();
      flipped[at] ^= 1;
      edited.put(name, flipped);
      if (!new String(flipped, StandardCharsets.UTF_8)
          .strip()
          .equals(new String(bytes, StandardCharsets.UTF_8).strip())) {
        fails(edited, name + " byte " + at);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aRemovedSegmentShowsAlsoWhereItsHashesAreLeft(int index) throws IOException {
    String name = segments().get(index);
    ModelDisk withoutLines = disk.afterKill();
    withoutLines.remove(name);
    fails(withoutLines, "lines removed");
    withoutLines.remove(SegmentName.of(name).hashes());
    fails(withoutLines, "lines and hashes removed");
  }

  @Test
  void aLogForkedWithTheSameKeyShows() throws IOException {
    ModelDisk fork = new ModelDisk();
    fork.put("origin", disk.bytes("origin"));
    try (LogTail tail = open(fork, 1)) {
      for (int i = 0; i < RECORDS; i++) {
        commit(tail, i == 3 ? 1000 : i);
      }
    }
    assertThat(verify(fork).holds()).isTrue();
    Verdict verdict = Verification.verify(fork, null, atEight, count -> {});
    assertThat(verdict.problem()).contains("forked");
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(disk.bytes("checkpoints"));
    both.writeBytes(fork.bytes("checkpoint"));
    ModelDisk edited = disk.afterKill();
    edited.put("checkpoints", both.toByteArray());
    fails(edited, "both histories in one file");
  }

  @Test
  void aFolderRolledBackShowsOnlyWithACheckpointKeptElsewhere() throws IOException {
    byte[] newest = disk.bytes("checkpoint");
    ModelDisk old = new ModelDisk();
    old.put("origin", disk.bytes("origin"));
    try (LogTail tail = open(old, 1)) {
      for (int i = 0; i < 5; i++) {
        commit(tail, i);
      }
    }
    assertThat(verify(old).holds()).isTrue();
    assertThat(Verification.verify(old, null, newest, count -> {}).problem())
        .isEqualTo(
            "the ledger was rolled back: it has 5 records, the checkpoint kept elsewhere has 20");
    assertThat(Verification.verify(disk, null, atEight, count -> {}).holds()).isTrue();
  }

  @Test
  void aLogWrittenAnewWithAnotherKeyShowsOnlyWithTheKeyKeptElsewhere() throws Exception {
    VerifierKey kept = VerifierKey.parse(new String(disk.bytes("vkey"), StandardCharsets.US_ASCII));
    ModelDisk forged = new ModelDisk();
    forged.put("origin", disk.bytes("origin"));
    try (LogTail tail = open(forged, 2)) {
      commit(tail, 0);
    }
    assertThat(verify(forged).holds()).isTrue();
    assertThat(verify(forged).keyGiven()).isFalse();
    Verdict verdict = Verification.verify(forged, kept, null, count -> {});
    assertThat(verdict.problem()).contains("not the one that was given");
    assertThat(Verification.verify(disk, kept, null, count -> {}).keyGiven()).isTrue();
  }

  @Test
  void theBrokerDoesNotStartWhereAcknowledgedRecordsAreGoneOrAltered() {
    String last = segments().getLast();
    byte[] bytes = disk.bytes(last);
    ModelDisk cut = disk.afterKill();
    cut.put(last, Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> open(cut, 1))
        .isInstanceOf(UnusableLedger.class)
        .hasMessageContaining("acknowledged records of the ledger are missing");
    ModelDisk altered = disk.afterKill();
    byte[] flipped = bytes.clone();
    flipped[30] ^= 1;
    altered.put(last, flipped);
    assertThatThrownBy(() -> open(altered, 1))
        .isInstanceOf(UnusableLedger.class)
        .hasMessageContaining("altered");
    ModelDisk gone = disk.afterKill();
    gone.remove(segments().getFirst());
    assertThatThrownBy(() -> open(gone, 1)).isInstanceOf(UnusableLedger.class);
    ModelDisk noCheckpoint = disk.afterKill();
    noCheckpoint.remove("checkpoint");
    noCheckpoint.remove("checkpoints");
    assertThatThrownBy(() -> open(noCheckpoint, 1)).isInstanceOf(UnusableLedger.class);
    assertThatThrownBy(() -> open(disk.afterKill(), 2))
        .isInstanceOf(UnusableLedger.class)
        .hasMessageContaining("another key");
  }

  private List<String> lines(String name) {
    return new String(disk.bytes(name), StandardCharsets.UTF_8).lines().toList();
  }

  private ModelDisk with(String name, List<String> lines) {
    ModelDisk edited = disk.afterKill();
    edited.put(name, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    return edited;
  }
}

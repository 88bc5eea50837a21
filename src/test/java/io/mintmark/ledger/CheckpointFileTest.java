package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.ledger.tree.Checkpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointFileTest {
  private final ModelDisk disk = new ModelDisk();

  private static String note(long size) {
    return "example.org/log\n" + size + "\nroot of " + size + "\n\n\u2014 example.org/log sig\n";
  }

  private void put(String text) {
    disk.put("checkpoints", text.getBytes(StandardCharsets.UTF_8));
  }

  private List<Long> sizes() throws IOException {
    List<Long> sizes = new ArrayList<>();
    try (CheckpointFile file = CheckpointFile.read(disk)) {
      for (byte[] note = file.next(); note != null; note = file.next()) {
        sizes.add(CheckpointFile.sizeOf(note));
      }
    }
    return sizes;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 50, 99, 100, 101, 102, 103, 1000, 5000})
  void theNoteOfASizeIsFoundInAFileOfAnyLength(int notes) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < notes; i++) {
      text.append(note(3L * i + 1));
    }
    put(text.toString());
    for (int i = 0; i < notes; i += 1 + i / 7) {
      assertThat(CheckpointFile.ofSize(disk, 3L * i + 1))
          .asString(StandardCharsets.UTF_8)
          .isEqualTo(note(3L * i + 1));
      assertThat(CheckpointFile.ofSize(disk, 3L * i + 2)).isNull();
    }
    assertThat(CheckpointFile.ofSize(disk, 3L * notes - 2)).isNotNull();
    assertThat(CheckpointFile.ofSize(disk, 0)).isNull();
  }

  @Test
  void whatIsNoNoteIsPassedOverInTheSearch() throws IOException {
    put("garbage\n".repeat(4_000) + note(5));
    assertThat(CheckpointFile.ofSize(disk, 7)).isNull();
    put(note(5) + "torn");
    assertThat(CheckpointFile.ofSize(disk, 5)).isNotNull();
    put("");
    assertThat(CheckpointFile.ofSize(disk, 5)).isNull();
  }

  @Test
  void aNoteHasAnEnd() throws IOException {
    put(note(1) + "no signature\n".repeat(10_000));
    try (CheckpointFile file = CheckpointFile.read(disk)) {
      assertThat(file.next()).hasSize(note(1).getBytes(StandardCharsets.UTF_8).length);
      assertThat(file.next()).hasSizeLessThan(Checkpoint.LONGEST + 100);
    }
  }

  @Test
  void aLineThatOnlyBeginsLikeASignatureIsNone() {
    byte[] line = "x\u2014 a".getBytes(StandardCharsets.UTF_8);
    assertThat(CheckpointFile.isSignature(line, 1, 5)).isTrue();
    assertThat(CheckpointFile.isSignature(line, 1, 4)).isTrue();
    assertThat(CheckpointFile.isSignature(line, 1, 3)).isFalse();
    assertThat(CheckpointFile.isSignature(line, 0, 6)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a\n5", "a\nx\nb", "a\n-1\nb", "a\n1234567890123456789\nb"})
  void aNoteWithoutASizeSaysNone(String note) {
    assertThat(CheckpointFile.sizeOf(note.getBytes(StandardCharsets.UTF_8))).isEqualTo(-1);
  }

  @Test
  void onlyNotesOfSmallerTreesAreDropped() throws IOException {
    put(note(1) + note(4) + note(5) + note(9));
    ByteArrayOutputStream left = new ByteArrayOutputStream();
    left.writeBytes("of a crash".getBytes(StandardCharsets.UTF_8));
    disk.put("checkpoints.tmp", left.toByteArray());
    List<String> forced = new ArrayList<>();
    disk.fault =
        (call, name, bytes) -> {
          if (call.equals("forced") || call.equals("rename")) {
            forced.add(call + " " + name);
          }
        };
    CheckpointFile.keepFrom(disk, 5);
    assertThat(sizes()).containsExactly(5L, 9L);
    assertThat(forced).containsExactly("forced checkpoints.tmp", "rename checkpoints.tmp");
    assertThat(disk.names()).containsExactly("checkpoints");
    assertThat(disk.bytes("checkpoints"))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(note(5) + note(9));
  }
}

package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.ledger.pack.BlockPacker;
import io.mintmark.ledger.pack.SerialIndex;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Packed segments say what the plain ones said, or it shows. */
class PackingTest {
  private static final JournalSettings SMALL =
      JournalSettings.defaults().withSegments(60_000, Duration.ofDays(9));
  private static final int RECORDS = 700;

  private final ModelDisk disk = new ModelDisk();
  private List<String> written = List.of();

  @BeforeEach
  void write() throws IOException {
    try (LogTail tail = open(disk)) {
      for (int i = 0; i < RECORDS; i += 10) {
        Batch batch = tail.batch();
        for (int j = 0; j < 10; j++) {
          batch.add(RecordLine.afterSeq(Records.minted(i + j)));
        }
        tail.commit(batch, Records.NOON);
      }
    }
    written = lines(disk);
    assertThat(written).hasSize(RECORDS);
  }

  private static LogTail open(LogFiles files) throws IOException {
    return Recovery.open(files, new TestKey(1), SMALL, Records.NOON, new Random(1));
  }

  private static List<String> lines(LogFiles files) throws IOException {
    return LedgerReader.of(files, () -> RECORDS, 0).readLines(RECORDS);
  }

  private static void pack(LogFiles files) throws IOException {
    new Packing(files, 0, LedgerListener.NONE).packAll(lastOf(files).first());
  }

  private static SegmentName lastOf(LogFiles files) throws IOException {
    return Segments.list(files).parts().getLast().name();
  }

  private static String problem(LogFiles files) throws IOException {
    String problem = Verification.verify(files, null, null, count -> {}).problem();
    return problem == null ? "" : problem;
  }

  private static List<SegmentName> packed(ModelDisk files) {
    return files.names().stream().filter(SegmentName::isPacked).map(SegmentName::of).toList();
  }

  @Test
  void whatWasPackedReadsVerifiesAndProvesAsBefore() throws IOException {
    long plain = disk.names().stream().mapToLong(name -> disk.bytes(name).length).sum();
    pack(disk);
    assertThat(packed(disk)).hasSizeGreaterThan(5);
    assertThat(disk.names().stream().filter(SegmentName::isLines)).hasSize(1);
    assertThat(lines(disk)).isEqualTo(written);
    assertThat(problem(disk)).isEmpty();
    assertThat(disk.names().stream().mapToLong(name -> disk.bytes(name).length).sum())
        .isLessThan(plain / 2);
    for (int seq = 0; seq < RECORDS; seq += 13) {
      assertThat(LedgerReader.of(disk, () -> RECORDS, seq).readLines(2).getFirst())
          .isEqualTo(written.get(seq));
      Proof proof = Proof.of(disk, seq);
      assertThat(proof.line()).isEqualTo(written.get(seq));
      assertThat(Lookup.of(disk, "jti-" + seq).lines()).containsExactly(written.get(seq));
      assertThat(Lookup.of(disk, "jti-" + seq).searched()).isFalse();
    }
    assertThat(Lookup.of(disk, "jti-" + RECORDS).lines()).isEmpty();
    assertThat(Lookup.of(disk, "jti-" + RECORDS).searched()).isTrue();
    assertThatThrownBy(() -> Proof.of(disk, RECORDS)).isInstanceOf(UnusableLedger.class);
    assertThatThrownBy(() -> Proof.of(disk, -1)).isInstanceOf(UnusableLedger.class);
    try (LogTail tail = open(disk)) {
      assertThat(tail.size()).isEqualTo(RECORDS);
    }
  }

  @Test
  void gunzipGivesTheLines() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    pack(disk);
    for (SegmentName name : packed(disk)) {
      all.writeBytes(
          new GZIPInputStream(new ByteArrayInputStream(disk.bytes(name.packed()))).readAllBytes());
    }
    all.writeBytes(disk.bytes(lastOf(disk).lines()));
    assertThat(all.toString(StandardCharsets.UTF_8)).isEqualTo(String.join("\n", written) + "\n");
  }

  @Test
  void aReaderGoesOnWhereSegmentsArePackedBehindIt() throws IOException {
    LedgerReader reader = LedgerReader.of(disk, () -> RECORDS, 0);
    List<String> read = new ArrayList<>(reader.readLines(37));
    pack(disk);
    while (read.size() < RECORDS) {
      read.addAll(reader.readLines(37));
    }
    assertThat(read).isEqualTo(written);
  }

  @Test
  void powerMayGoAtEveryStepOfThePacking() throws IOException {
    Random random = new Random(7);
    List<ModelDisk> crashes = new ArrayList<>();
    disk.fault =
        (call, name, bytes) -> {
          crashes.add(disk.afterKill());
          crashes.add(disk.afterPowerLoss(random));
        };
    pack(disk);
    disk.fault = (call, name, bytes) -> {};
    assertThat(crashes).hasSizeGreaterThan(100);
    for (ModelDisk crash : crashes) {
      assertThat(problem(crash)).isEmpty();
      open(crash).close();
      assertThat(lines(crash)).isEqualTo(written);
      pack(crash);
      assertThat(lines(crash)).isEqualTo(written);
      assertThat(problem(crash)).isEmpty();
      assertThat(packed(crash)).isEqualTo(packed(disk));
      for (String name : disk.names()) {
        assertThat(crash.bytes(name)).as(name).isEqualTo(disk.bytes(name));
      }
    }
  }

  @Test
  void aPackedSegmentThatIsCutOrHasAFlippedBitShows() throws IOException {
    pack(disk);
    Random random = new Random(3);
    String name = packed(disk).get(2).packed();
    byte[] bytes = disk.bytes(name);
    for (int i = 0; i < 60; i++) {
      ModelDisk cut = disk.afterKill();
      cut.put(name, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
      assertThat(problem(cut)).as("cut").isNotEmpty();
      ModelDisk edited = disk.afterKill();
      byte[] flipped = bytes.clone();
      int at = random.nextInt(bytes.length);
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      edited.put(name, flipped);
      if (!unpacked(edited, name).equals(unpacked(disk, name))) {
        assertThat(problem(edited))
            .as("byte " + at)
            .contains("cannot be read: \"" + name + "\" is damaged");
      }
    }
    ModelDisk gone = disk.afterKill();
    gone.remove(name);
    assertThat(problem(gone)).contains("missing");
  }

  private static String unpacked(ModelDisk files, String name) {
    try (Lines lines = PackedSegment.lines(files, name)) {
      StringBuilder text = new StringBuilder();
      while (lines.next()) {
        text.append(new String(lines.copy(), StandardCharsets.UTF_8)).append('\n');
      }
      return text.toString();
    } catch (IOException damaged) {
      return "damaged";
    }
  }

  private static byte[] block(List<String> lines) {
    byte[] text = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    try (BlockPacker packer = new BlockPacker()) {
      ByteBuffer packed = packer.pack(text, 0, text.length);
      return Arrays.copyOf(packed.array(), packed.limit());
    }
  }

  @Test
  void aRecordChangedWithinABlockIsNamed() throws IOException {
    pack(disk);
    SegmentName name = packed(disk).get(1);
    List<String> changed =
        new ArrayList<>(written.subList((int) name.first(), (int) packed(disk).get(2).first()));
    changed.set(5, changed.get(5).replace("ledger:read", "ledger:rule"));
    disk.put(name.packed(), block(changed));
    assertThat(problem(disk))
        .isEqualTo(
            "record "
                + (name.first() + 5)
                + " does not fit the hash that was kept of it: one of them was altered");
    assertThatThrownBy(() -> Proof.of(disk, name.first() + 5)).isInstanceOf(UnusableLedger.class);
  }

  @Test
  void swappedBlocksShow() throws IOException {
    SegmentName name = new SegmentName(0);
    pack(disk);
    int end = (int) packed(disk).get(1).first();
    byte[] front = block(written.subList(0, 10));
    byte[] back = block(written.subList(10, end));
    byte[] swapped = Arrays.copyOf(back, back.length + front.length);
    System.arraycopy(front, 0, swapped, back.length, front.length);
    disk.put(name.packed(), swapped);
    assertThat(problem(disk)).contains("at record 0 stands another line");
    assertThatThrownBy(() -> Proof.of(disk, 3)).isInstanceOf(UnusableLedger.class);
  }

  @Test
  void moreLinesThanRecordsShow() throws IOException {
    pack(disk);
    SegmentName name = packed(disk).getFirst();
    byte[] bytes = disk.bytes(name.packed());
    byte[] more = block(written.subList(0, 1));
    byte[] longer = Arrays.copyOf(bytes, bytes.length + more.length);
    System.arraycopy(more, 0, longer, bytes.length, more.length);
    disk.put(name.packed(), longer);
    assertThat(problem(disk)).contains("has more lines than it had records");
  }

  @Test
  void bothFormsOfASegmentMustSayTheSame() throws IOException {
    byte[] plain = disk.bytes(new SegmentName(0).lines());
    pack(disk);
    disk.put(new SegmentName(0).lines(), plain);
    assertThat(problem(disk)).isEmpty();
    disk.put(new SegmentName(0).packed(), disk.bytes(packed(disk).get(1).packed()));
    assertThat(problem(disk)).contains("is no copy of");
    assertThat(lines(disk)).isEqualTo(written);
    pack(disk);
    assertThat(problem(disk)).isEmpty();
    assertThat(disk.exists(new SegmentName(0).lines())).isFalse();
  }

  @Test
  void anIndexThatPointsElsewhereShowsAndHidesNothing() throws IOException {
    pack(disk);
    String name = packed(disk).get(1).index();
    SerialIndex forged = new SerialIndex();
    byte[] id = "jti-100".getBytes(StandardCharsets.US_ASCII);
    for (long place : new long[] {0, 1, (1 << 24) - 1}) {
      forged.add(place, id, 0, id.length);
    }
    disk.put(name, forged.bytes());
    assertThat(problem(disk)).contains("the file \"" + name + "\" does not fit them");
    int hidden = (int) packed(disk).get(1).first() + 3;
    assertThat(Lookup.of(disk, "jti-" + hidden).lines()).containsExactly(written.get(hidden));
    assertThat(Lookup.of(disk, "jti-100").lines()).containsExactly(written.get(100));
    disk.remove(name);
    assertThat(problem(disk)).isEmpty();
    assertThat(Lookup.of(disk, "jti-" + hidden).lines()).containsExactly(written.get(hidden));
    pack(disk);
    assertThat(disk.exists(name)).isTrue();
    assertThat(problem(disk)).isEmpty();
  }

  @Test
  void aFileOfSubtreesThatWasChangedShowsAndProofsStillHold() throws IOException {
    pack(disk);
    byte[] roots = disk.bytes("subtrees.8");
    assertThat(roots).hasSize(2 * 32);
    roots[40] ^= 1;
    disk.put("subtrees.8", roots);
    assertThat(problem(disk)).contains("the file \"subtrees.8\" does not fit them");
    assertThat(Proof.of(disk, 3).line()).isEqualTo(written.get(3));
    disk.remove("subtrees.8");
    assertThat(problem(disk)).isEmpty();
  }

  @Test
  void anEdgeThatWasChangedShowsAndStopsNoStart() throws IOException {
    String name = lastOf(disk).edge();
    byte[] edge = disk.bytes(name);
    edge[3] = (byte) (edge[3] == 'A' ? 'B' : 'A');
    disk.put(name, edge);
    assertThat(problem(disk)).contains("the file \"" + name + "\" does not fit them");
    try (LogTail tail = open(disk)) {
      assertThat(tail.size()).isEqualTo(RECORDS);
    }
  }

  @Test
  void aStartReadsTheOpenSegmentAndNoOther() throws IOException {
    pack(disk);
    List<String> read = new ArrayList<>();
    LogFiles watched =
        new PacedFiles(disk, 0, () -> false) {
          @Override
          public InputStream read(String name, long offset) throws IOException {
            read.add(name);
            return super.read(name, offset);
          }
        };
    open(watched).close();
    assertThat(read)
        .containsOnly(
            "checkpoint",
            "checkpoints",
            "origin",
            "vkey",
            lastOf(disk).lines(),
            lastOf(disk).edge());
  }

  @Test
  void theOpenSegmentIsNeverTakenFromAPackedFile() throws IOException {
    SegmentName last = lastOf(disk);
    disk.put(last.packed(), block(written.subList((int) last.first(), RECORDS)));
    disk.remove(last.lines());
    assertThatThrownBy(() -> open(disk))
        .isInstanceOf(UnusableLedger.class)
        .hasMessageContaining("newest segment is missing");
  }

  @Test
  void aSegmentThatDoesNotFitItsHashesStaysAsItIsAndTheOthersArePacked() throws IOException {
    SegmentName name = Segments.list(disk).parts().get(1).name();
    byte[] lines = disk.bytes(name.lines());
    byte[] damaged = lines.clone();
    damaged[lines.length / 2] ^= 1;
    disk.put(name.lines(), damaged);
    ModelDisk sound = disk.afterKill();
    sound.put(name.lines(), lines);
    pack(sound);
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> pack(disk)).isInstanceOf(UnusableLedger.class);
      assertThat(disk.bytes(name.lines())).isEqualTo(damaged);
      assertThat(packed(disk)).hasSize(packed(sound).size() - 1).doesNotContain(name);
    }
    disk.put(name.lines(), lines);
    pack(disk);
    assertThat(packed(disk)).isEqualTo(packed(sound));
    assertThat(problem(disk)).isEmpty();
    for (String file : sound.names()) {
      assertThat(disk.bytes(file)).as(file).isEqualTo(sound.bytes(file));
    }
  }

  /** Subtrees end at the damage; what comes after it must not be taken for covered by them. */
  @Test
  void powerMayGoAtEveryStepOfThePackingBesideADamagedSegment() throws IOException {
    Random random = new Random(11);
    SegmentName name = Segments.list(disk).parts().get(2).name();
    byte[] lines = disk.bytes(name.lines());
    byte[] damaged = lines.clone();
    damaged[lines.length / 2] ^= 1;
    disk.put(name.lines(), damaged);
    List<ModelDisk> crashes = new ArrayList<>();
    disk.fault =
        (call, file, bytes) -> {
          crashes.add(disk.afterKill());
          crashes.add(disk.afterPowerLoss(random));
        };
    assertThatThrownBy(() -> pack(disk)).isInstanceOf(UnusableLedger.class);
    disk.put(name.lines(), lines);
    pack(disk);
    disk.fault = (call, file, bytes) -> {};
    assertThat(crashes).hasSizeGreaterThan(100);
    for (ModelDisk crash : crashes) {
      if (crash.exists(name.lines())) {
        crash.put(name.lines(), lines);
      }
      assertThat(problem(crash)).isEmpty();
      open(crash).close();
      pack(crash);
      assertThat(lines(crash)).isEqualTo(written);
      assertThat(problem(crash)).isEmpty();
      assertThat(packed(crash)).isEqualTo(packed(disk));
      assertThat(crash.bytes("subtrees.8")).isEqualTo(disk.bytes("subtrees.8"));
    }
  }

  /** No memory or no handles for a moment, as where a class cannot be loaded without one. */
  @Test
  void anErrorDoesNotEndThePacking() throws Exception {
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch failed = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    List<Segments.Part> parts = Segments.list(disk).parts();
    SegmentName newest = parts.get(parts.size() - 2).name();
    AtomicBoolean out = new AtomicBoolean(true);
    LogFiles files =
        new PacedFiles(disk, 0, () -> false) {
          @Override
          public InputStream read(String name, long offset) throws IOException {
            if (out.get()) {
              throw new NoClassDefFoundError("no handles");
            }
            return super.read(name, offset);
          }
        };
    disk.fault =
        (call, name, bytes) -> {
          if (name.equals(newest.edge())) {
            done.countDown();
          }
        };
    Packing packing =
        new Packing(
            files,
            0,
            new LedgerListener() {
              @Override
              public void packingFailed() {
                failed.countDown();
              }

              @Override
              public void unpacked(String problem) {
                told.add(problem);
              }
            });
    packing.start();
    packing.closedBefore(parts.get(1).name().first());
    assertThat(failed.await(60, TimeUnit.SECONDS)).isTrue();
    out.set(false);
    packing.closedBefore(parts.getLast().name().first());
    assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    packing.stop();
    assertThat(packed(disk)).hasSize(parts.size() - 1);
    assertThat(told).containsExactly("no handles");
  }

  @Test
  void aSegmentThatRetentionDropsWhileItIsPackedDoesNotComeBack() throws IOException {
    ReentrantLock lock = new ReentrantLock();
    disk.fault =
        (call, name, bytes) -> {
          if (call.equals("forced") && name.endsWith(".gz.tmp")) {
            disk.fault = (called, named, count) -> {};
            try (LogTail tail = openBeside(disk)) {
              Retention.apply(tail, SMALL.withRetention(null, 1), Records.NOON, lock);
            }
          }
        };
    pack(disk);
    assertThat(Segments.list(disk).firstKept()).isEqualTo(lastOf(disk).first());
    assertThat(packed(disk)).isEmpty();
    assertThat(disk.names()).noneMatch(name -> name.endsWith(".tmp") || name.endsWith(".index"));
    assertThat(problem(disk)).isEmpty();
  }

  /** Unlike a start, leaves temporary files alone. */
  private static LogTail openBeside(ModelDisk disk) throws IOException {
    LogFiles others =
        new PacedFiles(disk, 0, () -> false) {
          @Override
          public List<String> names() throws IOException {
            return super.names().stream().filter(name -> !name.endsWith(".tmp")).toList();
          }
        };
    return open(others);
  }

  @Test
  void packedSegmentsAreDroppedByRetention() throws IOException {
    pack(disk);
    long bytes = 0;
    for (SegmentName name : packed(disk)) {
      bytes += disk.bytes(name.packed()).length;
    }
    try (LogTail tail = open(disk)) {
      Retention.apply(
          tail,
          SMALL.withRetention(null, disk.bytes(lastOf(disk).lines()).length + bytes / 2),
          Records.NOON,
          new ReentrantLock());
    }
    long first = Segments.list(disk).firstKept();
    assertThat(first).isBetween(100L, RECORDS - 100L);
    assertThat(packed(disk).getFirst().first()).isEqualTo(first);
    assertThat(Proof.of(disk, 0).line()).isEmpty();
    assertThat(Proof.of(disk, first).line()).isEqualTo(written.get((int) first));
    assertThat(problem(disk)).isEmpty();
  }
}

package io.mintmark.ledger;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mintmark.house.Allocation;
import io.mintmark.ledger.tree.Checkpoint;
import io.mintmark.ledger.tree.MalformedNote;
import io.mintmark.ledger.tree.TreeHash;
import io.mintmark.ledger.tree.VerifierKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Files of a ledger that somebody else wrote: no edit of them holds, and none is a bug of ours. */
class LedgerFuzzTest {
  private static final JournalSettings SMALL =
      JournalSettings.defaults().withSegments(1_500, Duration.ofDays(9));
  private static final TestKey SIGNER = new TestKey(1);
  private static final ModelDisk WRITTEN = new ModelDisk();
  private static final List<String> NAMES;
  private static final VerifierKey KEY;
  private static final byte[] CHECKPOINT;

  static {
    try (LogTail tail = Recovery.open(WRITTEN, SIGNER, SMALL, Records.NOON, new Random(1))) {
      for (int i = 0; i < 8; i += 2) {
        Batch batch = tail.batch();
        batch.add(RecordLine.afterSeq(Records.minted(i)));
        batch.add(RecordLine.afterSeq(Records.minted(i + 1)));
        tail.commit(batch, Records.NOON);
      }
    } catch (IOException broken) {
      throw new IllegalStateException(broken);
    }
    try {
      KEY = VerifierKey.parse(new String(WRITTEN.bytes("vkey"), StandardCharsets.US_ASCII));
    } catch (MalformedNote broken) {
      throw new IllegalStateException(broken);
    }
    NAMES = WRITTEN.names().stream().sorted().toList();
    CHECKPOINT = WRITTEN.bytes("checkpoint");
  }

  /** What is read of a line is written, and read, as the same record. */
  @FuzzTest
  void aLineIsARecordOrNot(byte[] bytes) throws Exception {
    Allocation.bounded(bytes.length, () -> line(bytes));
  }

  @FuzzTest
  void aCheckpointIsWhatTheLogSigned(byte[] bytes) throws Exception {
    if (Arrays.equals(bytes, CHECKPOINT)) {
      return;
    }
    try {
      VerifierKey.parse(text(bytes));
    } catch (MalformedNote refused) {
      // as it should
    }
    try {
      Checkpoint opened = Checkpoint.open(bytes, KEY);
      if (!opened.equals(Checkpoint.open(CHECKPOINT, KEY))) {
        throw new AssertionError("nobody signed " + opened);
      }
    } catch (MalformedNote refused) {
      // as it should
    }
  }

  /** Bytes to be put over those of one file; the first says which, the next two where. */
  @FuzzTest
  void noEditOfAFileHolds(byte[] bytes) throws Exception {
    if (bytes.length < 4) {
      return;
    }
    String name = NAMES.get((bytes[0] & 0xff) % NAMES.size());
    byte[] before = WRITTEN.bytes(name);
    if (before.length == 0) {
      return;
    }
    byte[] after = before.clone();
    int at = (ByteBuffer.wrap(bytes, 1, 2).getShort() & 0xffff) % before.length;
    int length = Math.min(bytes.length - 3, before.length - at);
    System.arraycopy(bytes, 3, after, at, length);
    ModelDisk disk = WRITTEN.afterKill();
    disk.put(name, after);
    boolean held = Verification.verify(disk, KEY, null, seen -> {}).holds();
    boolean covered = SegmentName.isLines(name) || name.equals("checkpoint") || name.equals("vkey");
    if (held && covered && !same(name, before, after)) {
      throw new AssertionError("an edit of \"" + name + "\" at " + at + " does not show");
    }
    try (LogTail tail = Recovery.open(disk, SIGNER, SMALL, Records.NOON, new Random(1))) {
      if (held && !Verification.verify(disk, KEY, null, seen -> {}).holds()) {
        throw new AssertionError("to open the log broke it: \"" + name + "\"");
      }
    } catch (IOException refused) {
      // an operator looks at it
    }
  }

  /** White space around the key is nobody's concern. */
  private static boolean same(String name, byte[] before, byte[] after) {
    return name.equals("vkey")
        ? text(before).strip().equals(text(after).strip())
        : Arrays.equals(before, after);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static void line(byte[] bytes) throws IOException {
    LedgerEntry entry;
    try {
      entry = RecordParser.parse(bytes, 0, bytes.length);
    } catch (IOException refused) {
      return;
    }
    Batch batch = new Batch(new TreeHash(), 7);
    batch.add(RecordLine.afterSeq(entry.record()));
    LedgerEntry again = RecordParser.parse(batch.bytes(), 0, batch.length() - 1);
    Batch twice = new Batch(new TreeHash(), 7);
    twice.add(RecordLine.afterSeq(again.record()));
    if (again.seq() != 7
        || !Arrays.equals(
            Arrays.copyOf(batch.bytes(), batch.length()),
            Arrays.copyOf(twice.bytes(), twice.length()))) {
      throw new AssertionError("a record that is another once it is written: " + entry.record());
    }
  }
}

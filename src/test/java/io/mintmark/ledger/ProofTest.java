package io.mintmark.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.ledger.tree.Checkpoint;
import io.mintmark.ledger.tree.InclusionProof;
import io.mintmark.ledger.tree.TreeHash;
import io.mintmark.ledger.tree.VerifierKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That a proof is believed by who has the verifier key alone, or is not given. */
class ProofTest {
  private static final int RECORDS = 11;
  private static final JournalSettings SMALL =
      JournalSettings.defaults().withSegments(2_000, Duration.ofDays(9));

  private final ModelDisk disk = new ModelDisk();

  @BeforeEach
  void write() throws IOException {
    try (LogTail tail = Recovery.open(disk, new TestKey(1), SMALL, Records.NOON, new Random(1))) {
      for (int i = 0; i < RECORDS; i++) {
        Batch batch = tail.batch();
        batch.add(RecordLine.afterSeq(Records.minted(i)));
        tail.commit(batch, Records.NOON);
      }
    }
    assertThat(Segments.list(disk).parts()).hasSizeGreaterThan(2);
  }

  private SegmentName last() throws IOException {
    return Segments.list(disk).parts().getLast().name();
  }

  /** As an outside program would: what the proof says leads from the line to the signed root. */
  private long checked(Proof proof, int seq) throws Exception {
    String[] parts = proof.text().split("\n\n", 2);
    List<String> head = parts[0].lines().toList();
    assertThat(head.get(1)).isEqualTo("index " + seq);
    List<byte[]> path =
        head.stream().skip(2).map(node -> Base64.getDecoder().decode(node)).toList();
    VerifierKey key = VerifierKey.parse(new String(disk.bytes("vkey"), StandardCharsets.UTF_8));
    Checkpoint signed = Checkpoint.open(parts[1].getBytes(StandardCharsets.UTF_8), key);
    TreeHash hash = new TreeHash();
    byte[] leaf = hash.leaf(proof.line().getBytes(StandardCharsets.UTF_8));
    assertThat(new InclusionProof(seq, path).root(hash, leaf, signed.size()))
        .isEqualTo(signed.root());
    return signed.size();
  }

  @Test
  void everyRecordsProofLeadsFromItsLineToASignedRoot() throws Exception {
    long closed = last().first();
    for (int seq = 0; seq < RECORDS; seq++) {
      Proof proof = Proof.of(disk, seq);
      assertThat(proof.line()).contains("\"decision-" + seq + "\"");
      assertThat(checked(proof, seq)).isEqualTo(seq < closed ? closed : RECORDS);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, RECORDS, Long.MAX_VALUE, Long.MIN_VALUE})
  void aRecordThatIsNotThereIsSaid(long seq) {
    assertThatThrownBy(() -> Proof.of(disk, seq))
        .isInstanceOf(UnusableLedger.class)
        .hasMessageContaining("there is no record " + seq);
  }

  @Test
  void aRecordBehindThePublishedCheckpointIsProvedByANewerOne() throws Exception {
    disk.put("checkpoint", CheckpointFile.ofSize(disk, RECORDS - 1));
    assertThat(checked(Proof.of(disk, RECORDS - 2), RECORDS - 2)).isEqualTo(RECORDS - 1);
    assertThat(checked(Proof.of(disk, RECORDS - 1), RECORDS - 1)).isEqualTo(RECORDS);
    disk.remove("checkpoint");
    assertThat(checked(Proof.of(disk, RECORDS - 1), RECORDS - 1)).isEqualTo(RECORDS);
    disk.remove("checkpoints");
    assertThatThrownBy(() -> Proof.of(disk, RECORDS - 1))
        .isInstanceOf(UnusableLedger.class)
        .hasMessageContaining("no checkpoint that its key signed");
  }

  /** Its hash is still there, and leads to the signed root. */
  @Test
  void aLineThatIsNotTheOneOfItsHashIsNotShown() {
    String name = new SegmentName(0).lines();
    byte[] lines = disk.bytes(name);
    int at = new String(lines, StandardCharsets.UTF_8).indexOf("decision-0");
    lines[at] ^= 1;
    disk.put(name, lines);
    assertThatThrownBy(() -> Proof.of(disk, 0))
        .isInstanceOf(UnusableLedger.class)
        .hasMessageContaining("record 0 is not what the ledger was signed for");
  }

  @Test
  void hashesThatDoNotLeadToTheSignedRootProveNothing() throws IOException {
    String name = new SegmentName(0).hashes();
    byte[] hashes = disk.bytes(name);
    hashes[0] ^= 1;
    disk.put(name, hashes);
    long closed = last().first();
    for (int seq = 0; seq < closed; seq++) {
      int one = seq;
      assertThatThrownBy(() -> Proof.of(disk, one))
          .isInstanceOf(UnusableLedger.class)
          .hasMessageContaining("does not fit its newest checkpoint");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"checkpoint", "checkpoints", "vkey"})
  void aCheckpointOrKeyThatDoesNotHoldProvesNothing(String name) {
    byte[] bytes = disk.bytes(name);
    byte[] other = Arrays.copyOf(bytes, bytes.length);
    for (int at = 0; at < other.length; at++) {
      other[at] = (byte) (other[at] == '\n' ? '\n' : 'A');
    }
    disk.put(name, other);
    if (name.equals("checkpoints")) {
      disk.remove("checkpoint");
    }
    assertThatThrownBy(() -> Proof.of(disk, RECORDS - 1)).isInstanceOf(UnusableLedger.class);
  }
}

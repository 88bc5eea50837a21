package io.mintmark.ledger.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackedLinesTest {
  private static final byte[] TEXT = lines(40);

  private static byte[] lines(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append("line ").append(i).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] packed(byte[]... blocks) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BlockPacker packer = new BlockPacker()) {
      for (byte[] block : blocks) {
        ByteBuffer packed = packer.pack(block, 0, block.length);
        out.write(packed.array(), 0, packed.limit());
      }
    }
    return out.toByteArray();
  }

  private static byte[] unpacked(byte[] packed) throws IOException {
    try (PackedLines lines = new PackedLines(new ByteArrayInputStream(packed), "a")) {
      return lines.readAllBytes();
    }
  }

  private static void refused(byte[] packed, String what) {
    assertThatThrownBy(() -> unpacked(packed)).as(what).isInstanceOf(MalformedBlock.class);
  }

  @Test
  void anyGzipToolReadsWhatWasPacked() throws IOException {
    byte[] packed = packed(TEXT, lines(7), lines(1));
    byte[] all = new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes();
    assertThat(unpacked(packed)).isEqualTo(all).hasSize(TEXT.length + 49 + 7);
  }

  @Test
  void bytesThatCannotBeMadeSmallerFitABlock() throws IOException {
    byte[] noise = new byte[BlockPacker.MOST_TEXT];
    new Random(1).nextBytes(noise);
    noise[noise.length - 1] = '\n';
    assertThat(unpacked(packed(noise))).isEqualTo(noise);
  }

  @Test
  void aCutAtEveryByteIsRefusedUnlessABlockEndsThere() throws IOException {
    byte[] packed = packed(TEXT, TEXT);
    for (int length = 1; length < packed.length; length++) {
      byte[] cut = Arrays.copyOf(packed, length);
      if (length == packed.length / 2) {
        assertThat(unpacked(cut)).isEqualTo(TEXT);
      } else {
        refused(cut, "cut to " + length);
      }
    }
  }

  @Test
  void noFlippedBitGivesOtherLines() {
    byte[] packed = packed(TEXT, lines(3));
    byte[] whole = new byte[TEXT.length + 21];
    System.arraycopy(TEXT, 0, whole, 0, TEXT.length);
    System.arraycopy(lines(3), 0, whole, TEXT.length, 21);
    for (int bit = 0; bit < packed.length * 8; bit++) {
      byte[] flipped = packed.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      try {
        // such as in the count of lines, or after the end of the deflated bytes
        assertThat(unpacked(flipped)).as("bit %d", bit).isEqualTo(whole);
      } catch (IOException refused) {
        assertThat(refused).isInstanceOf(MalformedBlock.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {65_537, 1 << 24, 1 << 30})
  void aBombIsNotInflated(int size) {
    byte[] bomb = member(new byte[Math.min(size, 1 << 24)], size, 1);
    refused(bomb, "says its size");
    refused(member(new byte[Math.min(size, 1 << 24)], 65_536, 1), "says a size that is allowed");
  }

  /** A block as an attacker may write it: with a header that says what it likes. */
  private static byte[] member(byte[] text, int saysText, int saysLines) {
    Deflater deflater = new Deflater(9, true);
    deflater.setInput(text);
    deflater.finish();
    byte[] deflated = new byte[text.length + 1000];
    int length = deflater.deflate(deflated);
    deflater.end();
    CRC32 crc = new CRC32();
    crc.update(text);
    ByteBuffer out = ByteBuffer.allocate(Block.HEADER + length + Block.TRAILER);
    new Block(out.capacity(), saysText, saysLines).write(out);
    out.order(ByteOrder.LITTLE_ENDIAN).put(deflated, 0, length);
    out.putInt((int) crc.getValue()).putInt(text.length);
    return out.array();
  }

  @ParameterizedTest
  @CsvSource({
    "16,0",
    "16,35",
    "16,-1",
    "16,2147483647",
    "16,67000",
    "20,0",
    "20,-1",
    "20,65537",
    "20,2147483647",
    "24,0",
    "24,-1",
    "24,2147483647",
    "0,0",
    "2,7",
    "3,0",
    "10,15",
    "12,78"
  })
  void aHeaderThatNoBlockHasIsRefused(int at, int value) {
    byte[] packed = packed(TEXT);
    ByteBuffer header = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
    if (at < 16) {
      header.put(at, (byte) value);
    } else {
      header.putInt(at, value);
    }
    refused(packed, at + " = " + value);
  }

  @Test
  void blocksArePassedOverByLinesAndByBytes() throws IOException {
    byte[] packed = packed(lines(5), lines(3), lines(9));
    try (PackedLines lines = new PackedLines(new ByteArrayInputStream(packed), "a")) {
      lines.skipLines(7);
      assertThat(lines.linesSkipped()).isEqualTo(5);
      assertThat(lines.textSkipped()).isEqualTo(35);
      assertThat(lines.readAllBytes()).hasSize(21 + 63);
    }
    try (PackedLines lines = new PackedLines(new ByteArrayInputStream(packed), "a")) {
      lines.skipText(35 + 21 + 7);
      assertThat(new String(lines.readNBytes(7), StandardCharsets.UTF_8)).isEqualTo("line 1\n");
    }
  }

  @Test
  void blocksThatEndWhereIsAskedForArePassedOver() throws IOException {
    byte[] packed = packed(lines(5), lines(3), lines(9));
    try (PackedLines lines = new PackedLines(new ByteArrayInputStream(packed), "a")) {
      lines.skipLines(8);
      assertThat(lines.linesSkipped()).isEqualTo(8);
    }
    try (PackedLines lines = new PackedLines(new ByteArrayInputStream(packed), "a")) {
      lines.skipText(35 + 21);
      assertThat(lines.textSkipped()).isEqualTo(35 + 21);
      assertThat(lines.readAllBytes()).isEqualTo(lines(9));
    }
  }

  @Test
  void nothingIsPassedOverPastTheEnd() throws IOException {
    byte[] packed = packed(lines(5), lines(3));
    try (PackedLines lines = new PackedLines(new ByteArrayInputStream(packed), "a")) {
      lines.skipLines(100);
      assertThat(lines.linesSkipped()).isEqualTo(8);
      assertThat(lines.read()).isEqualTo(-1);
    }
    try (PackedLines lines = new PackedLines(new ByteArrayInputStream(packed), "a")) {
      assertThatThrownBy(() -> lines.skipText(100)).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void linesAreTheSameByteByByte() throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    try (PackedLines lines =
        new PackedLines(new ByteArrayInputStream(packed(lines(5), TEXT)), "a")) {
      for (int next = lines.read(); next >= 0; next = lines.read()) {
        read.write(next);
      }
      assertThat(lines.read(new byte[1], 0, 0)).isZero();
      assertThat(lines.read(new byte[1], 0, 1)).isEqualTo(-1);
    }
    assertThat(read.toByteArray()).startsWith(lines(5)).endsWith(TEXT).hasSize(35 + TEXT.length);
  }

  @Test
  void theFileIsClosedWithItsLines() throws IOException {
    boolean[] closed = {false};
    InputStream file =
        new ByteArrayInputStream(packed(TEXT)) {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    new PackedLines(file, "a").close();
    assertThat(closed[0]).isTrue();
  }

  @Test
  void aTrailerOfAnotherSizeIsRefused() {
    byte[] packed = packed(TEXT);
    packed[packed.length - 4] ^= 1;
    refused(packed, "another size");
  }

  /** Bytes that no reader would see, or an end that is missing to every gzip tool. */
  @Test
  void whatIsDeflatedEndsWithItsBlock() throws IOException {
    byte[] deflated = deflated(Deflater.NO_FLUSH, true);
    assertThat(unpacked(member(deflated))).isEqualTo(TEXT);
    refused(member(Arrays.copyOf(deflated, deflated.length + 9)), "hidden bytes");
    refused(member(deflated(Deflater.SYNC_FLUSH, false)), "no end");
  }

  private static byte[] deflated(int flush, boolean ends) {
    Deflater deflater = new Deflater(1, true);
    deflater.setInput(TEXT);
    if (ends) {
      deflater.finish();
    }
    byte[] deflated = new byte[TEXT.length + 1000];
    int length = deflater.deflate(deflated, 0, deflated.length, flush);
    deflater.end();
    return Arrays.copyOf(deflated, length);
  }

  private static byte[] member(byte[] deflated) {
    CRC32 crc = new CRC32();
    crc.update(TEXT);
    ByteBuffer out = ByteBuffer.allocate(Block.HEADER + deflated.length + Block.TRAILER);
    new Block(out.capacity(), TEXT.length, 40).write(out);
    out.order(ByteOrder.LITTLE_ENDIAN).put(deflated);
    return out.putInt((int) crc.getValue()).putInt(TEXT.length).array();
  }

  @ParameterizedTest
  @CsvSource({
    "36,1,1,true",
    "66596,65536,65536,true",
    "35,1,1,false",
    "66597,1,1,false",
    "36,0,1,false",
    "36,0,0,false",
    "36,65537,1,false",
    "36,1,0,false",
    "36,1,2,false"
  })
  void aHeaderSaysSizesThatABlockMayHave(int bytes, int text, int lines, boolean may) {
    ByteBuffer header = ByteBuffer.allocate(Block.HEADER);
    new Block(bytes, text, lines).write(header);
    assertThat(Block.parse(header.array()) != null).isEqualTo(may);
  }

  @Test
  void onlyWholeLinesThatFitABlockArePacked() throws IOException {
    assertThat(unpacked(packed(new byte[] {'\n'}))).isEqualTo(new byte[] {'\n'});
    byte[] tooMany = new byte[BlockPacker.MOST_TEXT + 1];
    Arrays.fill(tooMany, (byte) '\n');
    for (byte[] unfit : new byte[][] {tooMany, {'x'}, {'\n', 'x'}}) {
      assertThatThrownBy(() -> packed(unfit)).isInstanceOf(IllegalArgumentException.class);
    }
    try (BlockPacker packer = new BlockPacker()) {
      assertThatThrownBy(() -> packer.pack(TEXT, 7, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void theIndexFindsEveryIdNearItsGuess() {
    SerialIndex index = new SerialIndex();
    Random random = new Random(2);
    byte[][] ids = new byte[5_000][16];
    for (int i = 0; i < ids.length; i++) {
      random.nextBytes(ids[i]);
      index.add(i, ids[i], 0, 16);
    }
    index.add(1L << 24, ids[0], 0, 16);
    ByteBuffer bytes = ByteBuffer.wrap(index.bytes());
    assertThat(bytes.remaining()).isEqualTo(ids.length * Long.BYTES);
    for (int i = 0; i < ids.length; i++) {
      long key = SerialIndex.key(ids[i], 0, 16);
      int at = (int) SerialIndex.guess(key, ids.length);
      int steps = 0;
      while (at > 0 && SerialIndex.compare(bytes.getLong((at - 1) * Long.BYTES), key) >= 0) {
        at--;
        steps++;
      }
      while (SerialIndex.compare(bytes.getLong(at * Long.BYTES), key) < 0) {
        at++;
        steps++;
      }
      assertThat(SerialIndex.place(bytes.getLong(at * Long.BYTES))).isEqualTo(i);
      assertThat(steps).isLessThan(400);
    }
  }
}

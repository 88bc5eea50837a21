package io.mintmark.ledger.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  /** The example of C2SP signed-note's reference, golang.org/x/mod/sumdb/note. */
  private static final String PETER =
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

  private static final byte[] SECRET = new byte[Ed25519.SECRET_KEY_SIZE];

  private static VerifierKey key(String name) throws MalformedNote {
    byte[] key = new byte[Ed25519.PUBLIC_KEY_SIZE];
    Ed25519.generatePublicKey(SECRET, 0, key, 0);
    return new VerifierKey(name, key);
  }

  private static byte[] sign(byte[] message) {
    byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    Ed25519.sign(SECRET, 0, message, 0, message.length, signature, 0);
    return signature;
  }

  private static byte[] note(String origin, long size) throws MalformedNote {
    return new Checkpoint(origin, size, new byte[32]).note(key(origin), CheckpointTest::sign);
  }

  @Test
  void verifierKeyOfTheReferenceReadsAndPrintsTheSame() throws Exception {
    assertThat(VerifierKey.parse(PETER + "\n")).hasToString(PETER);
  }

  @Test
  void noteOfTheReferenceVerifies() throws Exception {
    String text =
        "If you think cryptography is the answer to your problem,\n"
            + "then you don't know what your problem is.\n";
    String signature =
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
    byte[] named = Base64Text.decode(signature);
    assertThat(
            VerifierKey.parse(PETER)
                .verifies(
                    text.getBytes(StandardCharsets.UTF_8),
                    Arrays.copyOfRange(named, 4, named.length)))
        .isTrue();
  }

  @Test
  void whatIsSignedOpens() throws Exception {
    Checkpoint checkpoint = Checkpoint.open(note("example.com/log", 7), key("example.com/log"));
    assertThat(checkpoint.size()).isEqualTo(7);
    assertThat(checkpoint.origin()).isEqualTo("example.com/log");
    assertThat(checkpoint.text())
        .isEqualTo("example.com/log\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
  }

  @Test
  void cosignaturesOfUnknownWitnessesArePassedOver() throws Exception {
    String cosigned =
        new String(note("example.com/log", 7), StandardCharsets.UTF_8)
            + "\u2014 witness.example jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZC\n";
    assertThat(
            Checkpoint.open(cosigned.getBytes(StandardCharsets.UTF_8), key("example.com/log"))
                .size())
        .isEqualTo(7);
  }

  @Test
  void anyFlippedBitIsRefused() throws Exception {
    byte[] note = note("example.com/log", 7);
    VerifierKey key = key("example.com/log");
    for (int bit = 0; bit < note.length * 8; bit++) {
      byte[] flipped = note.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatThrownBy(() -> Checkpoint.open(flipped, key))
          .as("bit " + bit)
          .isInstanceOf(MalformedNote.class);
    }
  }

  @Test
  void otherLogsAndOtherKeysAreRefused() throws Exception {
    byte[] note = note("example.com/log", 7);
    assertThatThrownBy(() -> Checkpoint.open(note, key("example.com/other")))
        .isInstanceOf(MalformedNote.class);
    assertThatThrownBy(() -> Checkpoint.open(note, VerifierKey.parse(PETER)))
        .isInstanceOf(MalformedNote.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "\n\n",
        "a\n1\nAAAA\n\n",
        "a\n1\n\n\u2014 a AAAA\n",
        "a\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u2014 a AAAAAAAA\n",
        "a\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u2014 a AAAAAAAA\n",
        "a\n1e3\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u2014 a AAAAAAAA\n",
        "a\n"
            + "99999999999999999999\n"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n"
            + "\u2014 a AAAAAAAA\n",
        "a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n\n\u2014 a AAAAAAAA\n",
        "a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n\n\u2014 a AAAAAAAA\n",
        "a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n",
        "a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n- a AAAAAAAA\n",
        "a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u2014 a AAAAAAAA",
        "a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u2014  AAAAAAAA\n",
        "a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u2014 a b AAAAAAAA\n",
        "a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u2014 a AAAA\n",
        "a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u2014 a AAAAAAAAAAA=\n",
        "a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nmore\n\n\u2014 a AAAAAAAA\n",
        "\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u2014 a AAAAAAAA\n",
        "a\r\n1\r\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n\u2014 a AAAAAAAA\r\n"
      })
  void malformedNotesAreRefused(String note) {
    assertThatThrownBy(() -> Checkpoint.open(note.getBytes(StandardCharsets.UTF_8), key("a")))
        .isInstanceOf(MalformedNote.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "a+b",
        "a+b+c",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+BBpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10",
        "PeterNeumann+c74f20a3+"
      })
  void malformedVerifierKeysAreRefused(String vkey) {
    assertThatThrownBy(() -> VerifierKey.parse(vkey)).isInstanceOf(MalformedNote.class);
  }

  @Test
  void anyBytesOpenOrAreRefusedAsMalformed() throws Exception {
    Random random = new Random(9);
    VerifierKey key = key("example.com/log");
    byte[] note = note("example.com/log", 7);
    for (int i = 0; i < 5000; i++) {
      byte[] mutated = Arrays.copyOf(note, note.length - random.nextInt(3) * random.nextInt(50));
      for (int edits = random.nextInt(6); edits >= 0; edits--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(Checkpoint.open(mutated, key).size()).isEqualTo(7);
      } catch (MalformedNote refused) {
        assertThat(refused).hasMessageNotContaining("\n");
      }
    }
  }
}

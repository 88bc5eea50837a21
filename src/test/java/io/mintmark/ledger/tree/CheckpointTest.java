package io.mintmark.ledger.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  private static final String ROOT = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

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

  /** What the key makes of any text. */
  private static byte[] signed(String text) throws MalformedNote {
    byte[] id = key("a").id();
    byte[] signature = sign(text.getBytes(StandardCharsets.UTF_8));
    byte[] named = Arrays.copyOf(id, id.length + signature.length);
    System.arraycopy(signature, 0, named, id.length, signature.length);
    return (text + "\n\u2014 a " + Base64.getEncoder().encodeToString(named) + "\n")
        .getBytes(StandardCharsets.UTF_8);
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

  /** A key that signs other things than checkpoints, or is another log's by mistake. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "b\n1\n" + ROOT + "\n",
        "a.b\n1\n" + ROOT + "\n",
        "a\n1\n",
        "a\n1\n" + ROOT + "\nmore\n",
        "a\n01\n" + ROOT + "\n",
        "a\n-1\n" + ROOT + "\n",
        "a\n+1\n" + ROOT + "\n",
        "a\n\n" + ROOT + "\n",
        "a\n9999999999999999999\n" + ROOT + "\n",
        "a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n",
        "a\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
        "a\n1\nAAAA\n",
        "\n1\n" + ROOT + "\n"
      })
  void whatTheKeySignedAndIsNoCheckpointOfItsLogIsRefused(String text) throws Exception {
    VerifierKey key = key("a");
    assertThat(Checkpoint.open(signed("a\n1\n" + ROOT + "\n"), key).size()).isEqualTo(1);
    assertThatThrownBy(() -> Checkpoint.open(signed(text), key)).isInstanceOf(MalformedNote.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\n",
        "\n",
        "- a AAAAAAAA\n",
        "\u2014 w\n",
        "\u2014  AAAAAAAA\n",
        "\u2014 w x AAAAAAAA\n",
        "\u2014 w AAAA\n",
        "\u2014 w !\n",
        "\u2014 w AAAAAAAA"
      })
  void aMalformedLineBesideAGoodSignatureIsRefused(String more) throws Exception {
    VerifierKey key = key("a");
    byte[] good = signed("a\n1\n" + ROOT + "\n");
    byte[] note =
        (new String(good, StandardCharsets.UTF_8) + more).getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> Checkpoint.open(note, key)).isInstanceOf(MalformedNote.class);
  }

  @Test
  void aSignatureThatDoesNotHoldBesideAGoodOneIsRefused() throws Exception {
    VerifierKey key = key("a");
    String good = new String(signed("a\n1\n" + ROOT + "\n"), StandardCharsets.UTF_8);
    String other = new String(signed("a\n2\n" + ROOT + "\n"), StandardCharsets.UTF_8);
    String both = good + other.substring(other.lastIndexOf('\u2014'));
    assertThatThrownBy(() -> Checkpoint.open(both.getBytes(StandardCharsets.UTF_8), key))
        .isInstanceOf(MalformedNote.class);
  }

  /** Whatever checks signatures quickly is asked about whole ones only. */
  @Test
  void aSignatureOfAnotherLengthReachesNoCheck() throws Exception {
    VerifierKey key = key("a").checkedBy((publicKey, message, signature) -> true);
    for (int length : new int[] {1, 63, 65}) {
      byte[] named = Arrays.copyOf(key.id(), 4 + length);
      String note = "a\n1\n" + ROOT + "\n\n\u2014 a " + Base64.getEncoder().encodeToString(named);
      assertThatThrownBy(() -> Checkpoint.open((note + "\n").getBytes(StandardCharsets.UTF_8), key))
          .isInstanceOf(MalformedNote.class);
    }
  }

  @Test
  void aNoteWithoutEndOrNotInUtf8IsRefused() throws Exception {
    VerifierKey key = key("a");
    String witness = "\u2014 witness AAAAAAAA\n";
    String good = new String(signed("a\n1\n" + ROOT + "\n"), StandardCharsets.UTF_8);
    byte[] longest = (good + witness.repeat(50_000)).getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> Checkpoint.open(longest, key))
        .isInstanceOf(MalformedNote.class)
        .hasMessageContaining("longer than");
    byte[] broken = (good + "\u2014 w? AAAAAAAA\n").getBytes(StandardCharsets.UTF_8);
    assertThat(Checkpoint.open(broken, key).size()).isEqualTo(1);
    broken[broken.length - 11] = (byte) 0xe9;
    assertThatThrownBy(() -> Checkpoint.open(broken, key)).isInstanceOf(MalformedNote.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "\n\n",
        "a",
        "a\n1\n" + ROOT + "\n",
        "a\n1\n" + ROOT + "\n\n",
        "a\n1\n" + ROOT + "\n\n\n",
        "a\n1\n" + ROOT + "\n\n\u2014",
        "a\n1\n" + ROOT + "\n\nx"
      })
  void aNoteWithoutASignatureLineIsRefused(String note) throws Exception {
    VerifierKey key = key("a");
    assertThatThrownBy(() -> Checkpoint.open(note.getBytes(StandardCharsets.UTF_8), key))
        .isInstanceOf(MalformedNote.class);
  }

  @Test
  void aCheckpointHasASizeAndAHash() {
    assertThatThrownBy(() -> new Checkpoint("a", -1, new byte[32]))
        .isInstanceOf(IllegalArgumentException.class);
    for (int length : new int[] {0, 31, 33}) {
      assertThatThrownBy(() -> new Checkpoint("a", 1, new byte[length]))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(new Checkpoint("a", 0, new byte[32]).size()).isZero();
  }

  @Test
  void whoIsGivenTheRootCannotChangeIt() {
    byte[] root = new byte[32];
    Checkpoint checkpoint = new Checkpoint("a", 1, root);
    root[0] = 1;
    checkpoint.root()[1] = 1;
    assertThat(checkpoint.root()).isEqualTo(new byte[32]);
  }

  @Test
  void checkpointsThatDifferInAnythingAreNotEqual() {
    byte[] other = new byte[32];
    other[31] = 1;
    Checkpoint checkpoint = new Checkpoint("a", 1, new byte[32]);
    assertThat(checkpoint)
        .isEqualTo(new Checkpoint("a", 1, new byte[32]))
        .hasSameHashCodeAs(new Checkpoint("a", 1, new byte[32]))
        .isNotEqualTo(new Checkpoint("b", 1, new byte[32]))
        .isNotEqualTo(new Checkpoint("a", 2, new byte[32]))
        .isNotEqualTo(new Checkpoint("a", 1, other))
        .isNotEqualTo("a");
  }

  @Test
  void keysThatDifferInNameOrBytesAreNotEqual() throws Exception {
    byte[] secret = SECRET.clone();
    secret[0] = 1;
    byte[] other = new byte[Ed25519.PUBLIC_KEY_SIZE];
    Ed25519.generatePublicKey(secret, 0, other, 0);
    assertThat(key("a"))
        .isEqualTo(key("a"))
        .hasSameHashCodeAs(key("a"))
        .isNotEqualTo(key("b"))
        .isNotEqualTo(new VerifierKey("a", other))
        .isNotEqualTo("a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a+b", "a\n", "a\u007f", "\u00e9"})
  void aKeyHasANameThatIsOneWord(String name) {
    assertThatThrownBy(() -> key(name)).isInstanceOf(MalformedNote.class);
  }

  @Test
  void aKeyHasANameThatIsNotEndlessAndAPointOfTheCurve() throws Exception {
    assertThat(key("a".repeat(256)).name()).hasSize(256);
    assertThatThrownBy(() -> key("a".repeat(257))).isInstanceOf(MalformedNote.class);
    for (int length : new int[] {0, 31, 32, 33}) {
      assertThatThrownBy(() -> new VerifierKey("a", new byte[length]))
          .isInstanceOf(MalformedNote.class);
    }
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

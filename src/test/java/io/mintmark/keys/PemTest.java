package io.mintmark.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {

  @Test
  void whatIsEncodedDecodes() {
    Random random = new Random(7);
    for (int length = 0; length < 300; length++) {
      byte[] der = new byte[length];
      random.nextBytes(der);
      List<Pem.Block> blocks = decode(Pem.encode("X Y", der) + "\n" + Pem.encode("Z", der));
      assertThat(blocks).extracting(Pem.Block::label).containsExactly("X Y", "Z");
      assertThat(blocks).extracting(Pem.Block::der).containsExactly(der, der);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "-----",
        "-----BEGIN",
        "-----BEGIN -----",
        "-----BEGIN X",
        "-----BEGIN X----",
        "-----BEGIN X-----",
        "-----END X-----",
        "-----BEGIN X-----\n",
        "-----BEGIN X-----\nAAAA",
        "-----BEGIN X-----\nAAAA\n-----END Y-----",
        "-----BEGIN X-----\nAAAA\n-----END -----",
        "-----BEGIN X-----\nAAAA\n-----BEGIN X-----\n-----END X-----",
        "-----BEGIN X-----\nA\n-----END X-----",
        "-----BEGIN X-----\n####\n-----END X-----",
        "-----BEGIN X-----\nProc-Type: 4,ENCRYPTED\nAAAA\n-----END X-----",
        "-----BEGIN X-----\nAAAA=AAA\n-----END X-----",
        "-----BEGIN X-----\nAAAA\n-----END X-----\nx",
        "x\n-----BEGIN X-----\nAAAA\n-----END X-----",
        "-----BEGIN X----- -----BEGIN Y-----\n",
        "-----BEGIN X-----\nAA\u0000AA\n-----END X-----",
        "\uFEFF-----BEGIN X-----\nAAAA\n-----END X-----",
        "-----BEGIN X-----\nAAAA\n-----END X-----\u00a0",
        "-----BEGIN X-----\nAAAA\n-----END X-----\u000b",
        "-----BEGIN X\u007f-----\nAAAA\n-----END X\u007f-----",
        "-----BEGIN \u00e9-----\nAAAA\n-----END \u00e9-----",
        "-----BEGIN -----\nAAAA\n-----END -----",
        "#####BEGIN X-----\nAAAA\n-----END X-----",
        "-----BEGIN X-----\nAAAA\n-----FIN X-----",
        "-----BEGIN X#####\nAAAA\n-----END X#####",
      })
  void anythingElseIsRefusedWithoutQuotingIt(String text) {
    assertThatThrownBy(() -> decode(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("PEM ")
        .hasNoCause();
  }

  @Test
  void aBlockDoesNotPrintItsBytes() {
    assertThat(decode(Pem.encode("PRIVATE KEY", new byte[] {1, 2, 3})).getFirst())
        .hasToString("Block[PRIVATE KEY, redacted]");
  }

  private static List<Pem.Block> decode(String text) {
    return Pem.decode(text.getBytes(StandardCharsets.UTF_8));
  }
}

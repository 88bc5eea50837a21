package io.mintmark.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import org.bouncycastle.asn1.DEROctetString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not DER is never read as if it were. */
class DerTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 127, 128, 255, 256, 65_535, 65_536, 100_000})
  void aValueOfAnyLengthIsReadAsItWasWritten(int length) throws Exception {
    byte[] content = new byte[length];
    Der der = new Der(new DEROctetString(content).getEncoded());
    assertThat(der.hasMore()).isTrue();
    assertThat(der.tag()).isEqualTo(Der.OCTET_STRING);
    assertThat(der.take(Der.OCTET_STRING)).isEqualTo(content);
    assertThat(der.hasMore()).isFalse();
    der.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "04",
        "0401",
        "040200",
        "0480000000", // indefinite
        "04810100", // in more bytes than needed
        "04817f",
        "0482007f00",
        "048200ff",
        "0483000100",
        "04840000000100", // of four bytes
        "0481", // cut off
        "048201",
        "04ff",
        "0483ffffff00",
        "0301ff" // of another type
      })
  void whatIsNotInDerIsRefused(String hex) {
    assertRefused(() -> of(hex).take(Der.OCTET_STRING));
    assertRefused(() -> of(hex).whole(Der.OCTET_STRING));
    assertRefused(() -> of(hex).enter(Der.OCTET_STRING));
  }

  /** All of its content is there, so that nothing but the length's form is wrong. */
  @ParameterizedTest
  @ValueSource(strings = {"04817f", "0482007f", "04820080", "048200ff", "0483000100", "0483007fff"})
  void aLengthInMoreBytesThanNeededIsRefused(String hex) {
    String whole = hex + "00".repeat(1 << 15);
    assertRefused(() -> of(whole).take(Der.OCTET_STRING));
  }

  @Test
  void aValueEndsWithTheOneThatHoldsIt() {
    assertRefused(() -> of("3003040200000000").enter(Der.SEQUENCE).take(Der.OCTET_STRING));
    assertRefused(() -> of("30010400").enter(Der.SEQUENCE).take(Der.OCTET_STRING));
    Der empty = of("3000").enter(Der.SEQUENCE);
    assertThat(empty.isNext(Der.OCTET_STRING)).isFalse();
    assertRefused(empty::tag);
  }

  @Test
  void whatIsLeftIsNoticed() {
    Der der = of("04000400");
    assertThat(der.whole(Der.OCTET_STRING)).isEqualTo(new byte[] {4, 0});
    assertRefused(der::close);
    assertThat(der.isNext(Der.OCTET_STRING)).isTrue();
    assertThat(der.isNext(Der.SEQUENCE)).isFalse();
  }

  @Test
  void anIntegerHasBytes() {
    assertThat(of("0202ff7f").integer()).isEqualTo(-129);
    assertRefused(() -> of("0200").integer());
    assertRefused(() -> of("0202007f").integer());
    assertRefused(() -> of("0202ff80").integer());
    assertThat(of("02020080").integer()).isEqualTo(128);
  }

  private static Der of(String hex) {
    return new Der(HexFormat.of().parseHex(hex));
  }

  private static void assertRefused(Runnable reading) {
    assertThatIllegalArgumentException().isThrownBy(reading::run);
  }
}

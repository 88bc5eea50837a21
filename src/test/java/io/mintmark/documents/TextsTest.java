package io.mintmark.documents;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is shown of a text that somebody else wrote. */
final class TextsTest {
  @Test
  void aCharacterIsCutOffWholeSinceHalfOfOneCannotBeEncoded() {
    String shown = Texts.printable("x".repeat(119) + "\uD83D\uDD11" + "x");
    assertThat(shown).isEqualTo("x".repeat(119) + "…");
  }

  @Test
  void nothingThatATerminalWouldObeyIsShown() {
    assertThat(Texts.printable("a\u001b[2J\u202eb\n")).isEqualTo("a [2J b ");
  }
}

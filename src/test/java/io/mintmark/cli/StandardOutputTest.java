package io.mintmark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An export that fell on a full disk must not look done. */
final class StandardOutputTest {
  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final ByteArrayOutputStream complained = new ByteArrayOutputStream();

  @AfterEach
  void restore() {
    System.setOut(out);
    System.setErr(err);
  }

  @Test
  void outputThatWasLostFailsTheCommand() {
    assertThat(run("No space left on device", 0)).isOne();
    assertThat(complained.toString(StandardCharsets.UTF_8))
        .isEqualTo("mintmark: the output cannot be written: No space left on device\n");
  }

  @Test
  void aCommandThatFailedKeepsItsCode() {
    assertThat(run("No space left on device", 2)).isEqualTo(2);
  }

  @Test
  void aReaderThatHasSeenEnoughIsNotComplainedAbout() {
    assertThat(run("Broken pipe", 0)).isEqualTo(141);
    assertThat(complained.size()).isZero();
  }

  @Test
  void whatArrivedIsDone() {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    StandardOutput output = new StandardOutput(written);
    System.setOut(new PrintStream(output));
    assertThat(Mintmark.run("version")).isZero();
    assertThat(output.ended(0)).isZero();
    assertThat(written.toString(StandardCharsets.UTF_8)).startsWith("mintmark ");
  }

  private int run(String failure, int code) {
    StandardOutput output =
        new StandardOutput(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException(failure);
              }
            });
    System.setOut(new PrintStream(output));
    System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
    assertThat(Mintmark.run("version")).isZero();
    return output.ended(code);
  }
}

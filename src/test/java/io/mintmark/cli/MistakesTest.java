package io.mintmark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a hurried operator mistypes is answered by one line that says what to do. */
final class MistakesTest {
  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @BeforeEach
  void listen() {
    PrintStream here = new PrintStream(printed, true, StandardCharsets.UTF_8);
    System.setOut(here);
    System.setErr(here);
  }

  @AfterEach
  void restore() {
    System.setOut(out);
    System.setErr(err);
  }

  @Test
  void brokerThatIsNoUrl() {
    assertThat(run(1, "token", "--broker", "foo", "--evidence", "x", "--resource", "https://a"))
        .isEqualTo(
            "mintmark: --broker \"foo\" is no URL such as https://mintmark.example.org:8443\n");
  }

  @Test
  void keyFileThatIsNotThere() {
    assertThat(run(2, "ledger", "verify", "/nope", "--key", "/nope.vkey"))
        .startsWith("mintmark: --key \"/nope.vkey\" is neither a verifier key nor a file; see `");
  }

  @Test
  void tokenForNothing() {
    assertThat(run(2, "token")).startsWith("mintmark: Missing required argument").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "version",
        "token",
        "certificate",
        "policy",
        "policy check",
        "policy test",
        "policy explain",
        "policy schema",
        "ledger",
        "ledger verify",
        "ledger prove",
        "ledger tail",
        "ledger export",
        "ledger reorigin",
        "dev",
        "dev jwt-svid",
        "dev x509-svid",
        "dev sa-token"
      })
  void helpHasAnExampleAndFitsATerminal(String command) {
    String help = run(0, (command + " --help").strip().split(" "));
    assertThat(help).contains("Example");
    assertThat(help.lines()).allMatch(line -> line.length() <= 80);
    // an example that was wrapped cannot be copied
    assertThat(help.lines().toList()).noneMatch(line -> line.matches("[a-z]\\S*\\.\\S*.*"));
  }

  private String run(int expected, String... arguments) {
    int code = Mintmark.run(arguments);
    String text = printed.toString(StandardCharsets.UTF_8);
    assertThat(code).as(text).isEqualTo(expected);
    return text;
  }
}

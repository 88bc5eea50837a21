package io.mintmark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a hurried operator mistypes is answered by one line that says what to do. */
final class MistakesTest {
  @TempDir Path folder;
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

  @ParameterizedTest
  @CsvSource({
    "--expires-in, 9223372036854775807, --expires-in: at most",
    "--expires-in, -9223372036854775808, --expires-in: at most",
    "--expires-in, 31556889864403199, --expires-in: at most",
    "--lifetime, 9223372036854775807, --lifetime: at most",
    "--lifetime, -9223372036854775808, --lifetime: at most",
    "--lifetime, 9223372036854775808, is not a long",
    "--time, +999999999-12-31T23:59:59Z, is not a time",
    "--time, -999999999-01-01T00:00:00Z, is not a time"
  })
  void timesBeyondTheCalendar(String option, String value, String sentence) throws Exception {
    assertThat(
            run(
                2,
                "policy",
                "explain",
                Files.createDirectory(folder.resolve("policy")).toString(),
                "--trust-domain",
                "example.org",
                "--evidence",
                "jwt-svid",
                "--workload",
                "spiffe://example.org/a",
                "--resource",
                "https://a",
                option + "=" + value))
        .contains(sentence)
        .hasLineCount(1);
  }

  @Test
  void tokenForNothing() {
    assertThat(run(2, "token")).startsWith("mintmark: Missing required argument").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({"'',ledger", "ledger,verify", "policy,check", "dev,jwt-svid"})
  void aCommandThatOnlyHoldsOthersSaysWhichThereAre(String group, String one) {
    String said = run(2, group.isEmpty() ? new String[0] : new String[] {group});
    assertThat(said)
        .startsWith("mintmark: a command is missing\nUsage: mintmark")
        .containsPattern("\n  " + one + " +[A-Z]");
  }

  @ParameterizedTest
  @CsvSource({"foo,mintmark", "'ledger foo',mintmark ledger", "'dev foo',mintmark dev"})
  void aCommandThatThereIsNot(String line, String group) {
    assertThat(run(2, line.split(" ")))
        .isEqualTo("mintmark: there is no command \"foo\"; see `" + group + " --help`\n");
  }

  @Test
  void helpListsWhatTheLauncherTakesToo() throws Exception {
    String help = run(0, "help");
    assertThat(help).containsPattern("\n  ledger +[A-Z]");
    String launcher = Files.readString(Path.of("mintmark"));
    for (String word : List.of("test", "mvn", "jdk")) {
      assertThat(launcher).contains("\n  " + word + ")");
      assertThat(help).containsPattern("\n  " + word + " +[A-Z]");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "help",
        "generate-completion",
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

package io.mintmark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
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
    assertThat(run(2, "token", "--broker", "foo", "--evidence", "x", "--resource", "https://a"))
        .isEqualTo(
            "mintmark: --broker \"foo\" is no URL such as https://mintmark.example.org:8443; see"
                + " `mintmark token --help`\n");
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
    "--lifetime, 9223372036854775808, is not a whole number",
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
  @CsvSource(
      delimiter = '|',
      value = {
        "--resource a | no evidence: give --evidence, --cert with --key, or --workload-api",
        "--resource a --cert x | --cert and --key go together",
        "--resource a --evidence x --kind passport | --kind \"passport\" is not one of jwt-svid,",
        "--resource a --evidence x --lifetime 0 | --lifetime is a number of seconds, at least 1",
        "--resource a --evidence x --lifetime 5m | --lifetime \"5m\" is not a whole number",
        "--resource a --evidence x --broker https:// | --broker \"https://\" is not a URL",
        "--resource a --evidence x --broker http://b.example | is plain HTTP",
        "--resource a --evidence x --broker http://127.0.0.1.evil.example | is plain HTTP",
      })
  void aTokenThatCannotBeAskedForIsWrongUsage(String options, String sentence) {
    assertThat(run(2, ("token " + options).split(" ")))
        .contains(sentence)
        .hasLineCount(1)
        .doesNotContain("Exception");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--evidence FOLDER | \"FOLDER\" cannot be read: Is a directory",
        "--evidence FOLDER/none | there is no file \"FOLDER/none\"",
        "--evidence FOLDER/empty | \"FOLDER/empty\" is empty",
        "--evidence FOLDER/blank | there is no evidence in \"FOLDER/blank\"",
        "--evidence FOLDER/long | \"FOLDER/long\" is larger than 1 MiB",
        "--evidence x --trust FOLDER | \"FOLDER\" cannot be read: Is a directory",
        "--evidence x --trust FOLDER/blank | \"FOLDER/blank\" holds no certificate in PEM",
        "--cert FOLDER/none --key FOLDER/none | there is no file \"FOLDER/none\"",
        "--cert FOLDER/blank --key FOLDER/blank | \"FOLDER/blank\" holds no certificate in PEM",
      })
  void aFileThatCannotBeUsedIsNamed(String options, String sentence, @TempDir Path folder)
      throws Exception {
    Files.writeString(folder.resolve("empty"), "");
    Files.writeString(folder.resolve("blank"), " \n");
    Files.write(folder.resolve("long"), new byte[(1 << 20) + 1]);
    try (AnsweringServer broker = AnsweringServer.json(200, "{\"issuer\": \"https://b\"}")) {
      String line = "token --resource a --broker " + broker.url() + " " + options;
      assertThat(run(1, line.replace("FOLDER", folder.toString()).split(" ")))
          .isEqualTo("mintmark: " + sentence.replace("FOLDER", folder.toString()) + "\n");
    }
  }

  @Test
  void aKubernetesTokenIsToldFromAJwtSvid(@TempDir Path folder) throws Exception {
    String claims = "{\"sub\": \"system:serviceaccount:payments:orders\"}";
    String token = "e30." + Base64.getUrlEncoder().encodeToString(claims.getBytes()) + ".AA";
    Path evidence = Files.writeString(folder.resolve("token"), token);
    try (AnsweringServer broker = AnsweringServer.json(200, "{\"issuer\": \"https://b\"}")) {
      String line = "token --resource a --broker " + broker.url() + " --evidence " + evidence;
      assertThat(run(2, line.split(" ")))
          .startsWith("mintmark: the evidence is a token of Kubernetes: add --kind kubernetes;")
          .hasLineCount(1);
      assertThat(run(1, (line + " --kind kubernetes").split(" "))).contains("no usable token");
    }
  }

  @Test
  void emptyStandardInputIsNoEvidence() throws Exception {
    InputStream before = System.in;
    System.setIn(InputStream.nullInputStream());
    try (AnsweringServer broker = AnsweringServer.json(200, "{\"issuer\": \"https://b\"}")) {
      assertThat(
              run(
                  1,
                  "token",
                  "--broker",
                  broker.url().toString(),
                  "--evidence",
                  "-",
                  "--resource",
                  "a"))
          .isEqualTo("mintmark: standard input is empty\n");
    } finally {
      System.setIn(before);
    }
  }

  /** A broker that is none, or that somebody else plays, must not run a caller's terminal. */
  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"access_token\": \"\"}", "{\"access_token\": \"a\\r\\nX: y\"}"})
  void anAnswerWithoutAUsableTokenIsAFailure(String answer, @TempDir Path folder) throws Exception {
    Path evidence = Files.writeString(folder.resolve("svid"), "x");
    try (AnsweringServer broker = AnsweringServer.json(200, answer)) {
      assertThat(
              run(
                  1,
                  "token",
                  "--broker",
                  broker.url().toString(),
                  "--evidence",
                  evidence.toString(),
                  "--resource",
                  "a"))
          .isEqualTo("mintmark: the broker's answer holds no usable token\n");
    }
  }

  @Test
  void nothingIsStruckThatCouldNotBeKept(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "x");
    try (AnsweringServer broker = AnsweringServer.json(200, "{}")) {
      assertThat(
              run(
                  1,
                  "certificate",
                  "--broker",
                  broker.url().toString(),
                  "--evidence",
                  file.toString(),
                  "--out",
                  file.toString()))
          .isEqualTo("mintmark: \"" + file + "\" is no folder\n");
      assertThat(broker.calls()).isZero();
    }
  }

  @Test
  void aNegativeCountIsWrongUsage() {
    assertThat(run(2, "ledger", "tail", "-n", "-5")).contains("-n is a number of records");
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "--version", "token --version"})
  void theVersionIsPrinted(String line) {
    assertThat(run(0, line.split(" ")))
        .matches("mintmark \\S+ \\(build .*\\), JDK .*, crypto .*\n");
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

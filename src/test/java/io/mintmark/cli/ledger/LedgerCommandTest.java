package io.mintmark.cli.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.ledger.Journal;
import io.mintmark.ledger.JournalSettings;
import io.mintmark.ledger.LedgerListener;
import io.mintmark.ledger.Records;
import io.mintmark.ledger.TestKey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class LedgerCommandTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final int RECORDS = 30;

  @TempDir Path data;
  private final StringWriter out = new StringWriter();
  private String error = "";

  @BeforeEach
  void write() throws Exception {
    try (Journal journal =
        Journal.open(
            data,
            JournalSettings.defaults(),
            new TestKey(0),
            InstantSource.fixed(NOON),
            LedgerListener.NONE)) {
      CompletableFuture<Long> last = CompletableFuture.completedFuture(0L);
      for (int i = 0; i < RECORDS; i++) {
        last = journal.append(Records.minted(i, "=cmd|' /C calc'!A0")).toCompletableFuture();
      }
      last.get();
    }
  }

  private int run(String... arguments) {
    CommandLine line = new CommandLine(new LedgerCommand());
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(new StringWriter()));
    line.setExecutionExceptionHandler(
        (exception, executed, parsed) -> {
          error = String.valueOf(exception.getMessage());
          return 1;
        });
    return line.execute(arguments);
  }

  private Path ledger() {
    return data.resolve("ledger");
  }

  @Test
  void verifySaysWhichOfKeyAndCheckpointItHad() throws Exception {
    assertThat(run("verify", data.toString())).isZero();
    assertThat(out.toString())
        .contains("records      30")
        .contains("the folder's own")
        .contains("a whole folder rolled back cannot be seen")
        .contains("verdict      holds");
    Path kept = Files.copy(ledger().resolve("checkpoint"), data.resolve("kept"));
    assertThat(
            run(
                "verify",
                data.toString(),
                "--key",
                Files.readString(ledger().resolve("vkey")).strip(),
                "--checkpoint",
                kept.toString()))
        .isZero();
    assertThat(out.toString()).contains("given").contains("compared with a checkpoint");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x\nverdict      holds", "x\u001b[2J", "x\u202e"})
  void anOriginThatIsNoneIsNotPrinted(String origin) throws Exception {
    Files.writeString(ledger().resolve("origin"), origin);
    assertThat(run("verify", data.toString())).isOne();
    assertThat(out.toString()).contains("verdict      DOES NOT HOLD").doesNotContain("x");
    assertThat(error).contains("origin and its verifier key do not fit");
  }

  @Test
  void whatIsToBeKeptElsewhereIsPrintedByteForByte() throws Exception {
    assertThat(run("checkpoint", data.toString())).isZero();
    assertThat(out.toString()).isEqualTo(Files.readString(ledger().resolve("checkpoint")));
    out.getBuffer().setLength(0);
    assertThat(run("checkpoint", "--key", data.toString())).isZero();
    assertThat(out.toString()).isEqualTo(Files.readString(ledger().resolve("vkey")));
  }

  @Test
  void aRecordIsFoundByItsIdAndProved() throws Exception {
    assertThat(run("find", "jti-4", data.toString(), "--proof")).isZero();
    assertThat(out.toString())
        .startsWith("{\"seq\":4,")
        .contains("\nc2sp.org/tlog-proof@v1\nindex 4\n");
    assertThat(run("find", "jti-400", data.toString())).isOne();
    assertThat(error).contains("has no record of \"jti-400\"");
    assertThat(run("find", "jti 4", data.toString())).isEqualTo(2);
  }

  @Test
  void noCheckpointIsNoSuccess() throws Exception {
    Files.writeString(ledger().resolve("checkpoint"), "");
    assertThat(run("checkpoint", data.toString())).isOne();
    assertThat(error).contains("is empty");
    assertThat(run("checkpoint", data.resolve("elsewhere").toString())).isOne();
    assertThat(error).contains("there is no file");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void verifyFailsOnAnEditWithOneSentence() throws Exception {
    Path segment = ledger().resolve("00000000000000000000.jsonl");
    Files.writeString(segment, Files.readString(segment).replace("decision-7\"", "decision-8\""));
    assertThat(run("verify", data.toString())).isOne();
    assertThat(error).contains("does not hold").doesNotContain("\n");
    assertThat(out.toString()).contains("DOES NOT HOLD");
    assertThat(run("prove", "3", data.toString())).isOne();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "a+b+c", "/nowhere/vkey"})
  void aKeyThatIsNoneIsWrongUsage(String key) {
    assertThat(run("verify", data.toString(), "--key", key)).isEqualTo(2);
  }

  @Test
  void aCheckpointFileThatIsMissingIsWrongUsage() {
    assertThat(run("verify", data.toString(), "--checkpoint", "/nowhere/at/all")).isEqualTo(2);
  }

  @Test
  void proveWritesAProofAndTheRecord() throws Exception {
    Path record = data.resolve("7.json");
    assertThat(run("prove", "7", data.toString(), "--record", record.toString())).isZero();
    assertThat(out.toString()).startsWith("c2sp.org/tlog-proof@v1\nindex 7\n");
    assertThat(Files.readString(record)).startsWith("{\"seq\":7,").endsWith("}");
    assertThat(run("prove", "30", data.toString())).isOne();
    assertThat(error).isEqualTo("there is no record 30: the newest checkpoint has 30 records");
    assertThat(run("prove", "-1", data.toString())).isNotZero();
    assertThat(run("prove", "seven", data.toString())).isEqualTo(2);
  }

  @Test
  void tailPrintsTheNewest() {
    assertThat(run("tail", data.toString(), "-n", "2")).isZero();
    assertThat(out.toString().lines()).hasSize(2).first().asString().startsWith("{\"seq\":28,");
  }

  @ParameterizedTest
  @CsvSource({
    "5,8,3",
    "0,30,30",
    "29,,1",
    "30,,0",
    "99,,0",
    ",1,1",
    ",0,0",
    "2026-11-22T12:00:10Z,2026-11-22T12:00:12Z,2",
    "2026-11-23,,0",
    ",2026-11-22,0",
    "2026-11-22,2026-11-23,30"
  })
  void exportTakesARange(String from, String to, int records) {
    List<String> arguments = new java.util.ArrayList<>(List.of("export", data.toString()));
    if (from != null) {
      arguments.addAll(List.of("--from", from));
    }
    if (to != null) {
      arguments.addAll(List.of("--to", to));
    }
    assertThat(run(arguments.toArray(String[]::new))).isZero();
    assertThat(out.toString().lines()).hasSize(records);
  }

  @Test
  void exportedCellsAreNoFormulas() {
    assertThat(run("export", data.toString(), "--format", "csv", "--from", "3", "--to", "4"))
        .isZero();
    assertThat(out.toString())
        .startsWith("seq,time,outcome,")
        .contains(",\"'=cmd|' /C calc'!A0\",");
    assertThat(run("export", data.toString(), "--format", "xml")).isEqualTo(2);
    assertThat(run("export", data.toString(), "--from", "yesterday")).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "  @x", "|calc"})
  void aCellThatWouldRunBeginsWithAnApostrophe(String value) {
    assertThat(LedgerCsv.cell(value)).startsWith("\"'");
  }

  @Test
  void quotesInCellsAreDoubled() {
    assertThat(LedgerCsv.cell("a\"b,c\nd")).isEqualTo("\"a\"\"b,c d\"");
  }

  @Test
  void reoriginArchives() throws Exception {
    assertThat(run("reorigin", data.toString())).isZero();
    assertThat(out.toString()).contains("ledger-archive");
    assertThat(run("verify", data.toString())).isOne();
    assertThat(error).contains("there is no ledger");
    try (var archives = Files.list(data.resolve("ledger-archive"))) {
      assertThat(run("verify", archives.findFirst().orElseThrow().toString())).isZero();
    }
  }
}

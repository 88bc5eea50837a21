package io.mintmark.sidecar.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.sidecar.plan.ProofPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands that print evidence, or anything else. */
@Timeout(60)
class CommandOutputTest {
  private static final Duration LONG = Duration.ofSeconds(40);

  @TempDir Path folder;

  @Test
  void whatItPrintsIsTheProofAndItIsToldTheAudience() throws Exception {
    assertThat(shell("printf 'a.%s.c\\n' \"$MINTMARK_AUDIENCE\"", LONG).proof("broker"))
        .isEqualTo(new Proof.PlatformToken("oidc", "a.broker.c"));
  }

  @Test
  void oneThatHangsIsEndedWithAllThatItStartedHoweverItHides() throws Exception {
    Path pids = folder.resolve("pids");
    String hidden =
        "setsid sh -c 'echo $$ >> \"" + pids + "\"; exec sleep 600' & echo $$ >> '" + pids + "'";
    assertThatThrownBy(
            () -> shell("( " + hidden + " ); sleep 600", Duration.ofSeconds(2)).proof("broker"))
        .isInstanceOf(ProofUnavailable.class)
        .hasMessage("it did not end within 2 s and was ended");
    requireEnded(pids);
  }

  @Test
  void aChildThatKeepsThePipeOpenKeepsNobodyWaitingAndIsEnded() throws Exception {
    Path pids = folder.resolve("pids");
    String hidden = "setsid sh -c 'echo $$ > \"" + pids + "\"; exec sleep 600' &";
    String wait = " while ! [ -s '" + pids + "' ]; do sleep 0.05; done; echo a.b.c";
    assertThat(shell(hidden + wait, LONG).proof("broker"))
        .isEqualTo(new Proof.PlatformToken("oidc", "a.b.c"));
    requireEnded(pids);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "head -c 10485760 /dev/zero | tr '\\0' a; it printed more than 64 KiB",
        "echo a.b.secret && exit 3; it ended with exit code 3",
        "echo a.b.secret && kill -9 $$; it ended with exit code 137",
        "echo a.b.secret >&2; it is empty",
        "echo no such profile as secret; what it holds is not a compact JWT",
        "true; it is empty"
      })
  void whatIsNoProofIsNeitherSentNorShown(String script, String why) {
    assertThatThrownBy(() -> shell(script, LONG).proof("broker"))
        .isInstanceOf(ProofUnavailable.class)
        .hasMessage(why);
  }

  @Test
  void noEndToWhatItPrintsFillsNoMemory() {
    assertThatThrownBy(() -> shell("exec yes", Duration.ofSeconds(1)).proof("broker"))
        .hasMessage("it did not end within 1 s and was ended");
  }

  @Test
  void itIsNoShellAndOneThatIsAbsentIsSaidToBe() {
    Path out = folder.resolve("out");
    assertThatThrownBy(() -> source(List.of("/bin/echo", "x; touch " + out), LONG).proof("broker"))
        .isInstanceOf(ProofUnavailable.class);
    assertThat(out).doesNotExist();
    assertThatThrownBy(() -> source(List.of(folder + "/absent"), LONG).proof("broker"))
        .hasMessage("it cannot be run");
  }

  private static ProofSource shell(String script, Duration limit) {
    return source(List.of("/bin/sh", "-c", script), limit);
  }

  private static ProofSource source(List<String> words, Duration limit) {
    return new CommandOutput(new ProofPlan.Command(words, ProofPlan.TokenKind.OIDC, limit));
  }

  /** Each is gone, or a zombie that its new parent has not waited for. */
  private static void requireEnded(Path pids) throws Exception {
    List<String> numbers = Files.readAllLines(pids);
    assertThat(numbers).isNotEmpty();
    for (String number : numbers) {
      boolean ended = false;
      for (int i = 0; i < 200 && !ended; i++) {
        try {
          ended = Files.readString(Path.of("/proc", number, "stat")).contains(") Z ");
        } catch (IOException gone) {
          ended = true;
        }
        Thread.sleep(20);
      }
      assertThat(ended).as("process %s", number).isTrue();
    }
  }
}

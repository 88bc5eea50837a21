package io.mintmark.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * src/interop/peers/run-checks with checks that only say what they are told to. Those that wait for
 * each other do it by pipes, which open when both ends are there.
 */
class RunChecksTest {
  @TempDir Path temporary;
  private final Map<String, String> set = new HashMap<>();
  private Path interop;

  private record Run(int exit, List<String> lines) {
    List<String> summary() {
      return lines.subList(lines.lastIndexOf("") + 1, lines.size()).stream()
          .map(line -> line.replaceAll("\\d+ s\\b", "N s"))
          .toList();
    }
  }

  @BeforeEach
  void makeProject() throws IOException {
    Path project = temporary.resolve("a folder");
    interop = Files.createDirectories(project.resolve("src/interop"));
    Path peers = Files.createDirectories(interop.resolve("peers"));
    Files.copy(Path.of("src/interop/peers/run-checks"), peers.resolve("run-checks"));
    script(peers.resolve("install"), "");
    script(project.resolve("mintmark"), "[ $1 != jdk ] || echo /jdk");
  }

  @Test
  void oneThatFailsFailsTheRunAndItsLogIsShownWhole() throws Exception {
    check("broken", "echo first; sleep 0.3; echo second >&2; exit 3");
    check("whole", "for i in 1 2 3 4 5; do echo noise; sleep 0.1; done; echo whole: 5 held");
    Run run = ended(start());
    assertThat(run.exit).isEqualTo(1);
    assertThat(run.lines)
        .containsSubsequence("== broken has failed", "first", "second")
        .doesNotContain("noise");
    assertThat(run.summary())
        .containsExactly(
            "FAILED  broken (N s, exit 3): see target/interop/broken.log",
            "passed  whole (N s): whole: 5 held",
            "checks against real peers: 1 passed, 1 failed, 3 at once in N s");
  }

  /** Of a long output often only the end is kept. */
  @Test
  void itsLineNamesTheFirstThreeThatDidNotHold() throws Exception {
    check(
        "broken",
        "echo '  ok    first'; for i in 1 2 3 4; do echo \"  FAIL  thing $i\" >&2; done; exit 1");
    assertThat(ended(start()).summary())
        .contains(
            "FAILED  broken (N s, exit 1): FAIL  thing 1; FAIL  thing 2; FAIL  thing 3;"
                + " see target/interop/broken.log");
  }

  @Test
  void severalThatFailAreShownOneAfterTheOtherAndCounted() throws Exception {
    for (String name : List.of("b", "a")) {
      check(name, "for i in 1 2 3; do echo of " + name + "; sleep 0.1; done; exit 1");
    }
    check("c", "echo c: held");
    Run run = ended(start());
    assertThat(run.exit).isEqualTo(1);
    for (String name : List.of("a", "b")) {
      String line = "of " + name;
      assertThat(run.lines)
          .containsSequence("== " + name + " has failed", line, line, line)
          .contains("FAILED  " + name + " (0 s, exit 1): see target/interop/" + name + ".log");
    }
    assertThat(run.summary()).last().asString().contains("1 passed, 2 failed");
  }

  @Test
  void theyRunBesideEachOtherWithPortsOfTheirOwn() throws Exception {
    pipe();
    check("one", "echo $PEERS_PORTS > pipe; echo one: $PEERS_PORTS");
    check("other", "read ports < pipe; [ $ports != $PEERS_PORTS ] && echo other: held");
    set.put("MINTMARK_CHECK_LANES", "2");
    Run run = ended(start());
    assertThat(run.lines).contains("== one", "== other");
    assertThat(run.summary()).contains("passed  other (N s): other: held");
    assertThat(run.exit).isZero();
  }

  @Test
  void whatMeasuresIsAlone() throws Exception {
    String nobody = "[ -z \"$(ls running)\" ] && echo held";
    measure("a-measure", nobody);
    measure("b-measure", nobody);
    check("other", "touch running/other; sleep 0.5; rm running/other");
    check("third", "touch running/third; sleep 0.5; rm running/third");
    Files.createDirectory(interop.resolve("running"));
    Run run = ended(start());
    assertThat(run.exit).isZero();
    assertThat(run.lines).containsSubsequence("== third", "== a-measure", "== b-measure");
  }

  @Test
  void oneThatHangsEndsWithAllThatItStarted() throws Exception {
    pipe();
    check(
        "deaf",
        "trap '' TERM; (trap - TERM; exec sleep 600 > pipe) & cat pipe; echo ended; exit 0");
    set.put("MINTMARK_CHECK_SECONDS", "1");
    Run run = ended(start());
    assertThat(run.exit).isEqualTo(1);
    assertThat(run.lines).containsSubsequence("ended", "run-checks: \"deaf\" took longer than 1 s");
    assertThat(run.summary()).contains("FAILED  deaf (N s, too slow): see target/interop/deaf.log");
  }

  @Test
  void whatACheckLeavesBehindIsEnded() throws Exception {
    pipe();
    check("careless", "exec 7> pipe; sleep 600 & echo careless: held");
    Process left = script("exec cat pipe");
    assertThat(ended(start()).exit).isZero();
    assertThat(left.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  /** Ctrl-C reaches the foreground group alone, in which no check is. */
  @Test
  void aStopEndsEveryCheckAndBeginsNoOther() throws Exception {
    for (String name : List.of("a", "b")) {
      check(
          name,
          "trap 'touch %s-ended; exit 143' TERM\ntouch %<s-began; sleep 600 & wait"
              .formatted(name));
    }
    check("c", "touch c-began");
    set.put("MINTMARK_CHECK_LANES", "2");
    Process running = start();
    assertThat(
            script("until [ -e a-began ] && [ -e b-began ]; do sleep 0.05; done")
                .waitFor(60, TimeUnit.SECONDS))
        .isTrue();
    script("kill -INT " + running.pid()).waitFor();
    Run run = ended(running);
    assertThat(run.exit).isEqualTo(130);
    assertThat(run.lines).doesNotContain("== c");
    assertThat(interop.resolve("a-ended")).exists();
    assertThat(interop.resolve("b-ended")).exists();
    assertThat(interop.resolve("c-began")).doesNotExist();
  }

  @Test
  void aCheckThatIsNotThereRunsNothing() throws Exception {
    check("there", "touch ran");
    Run run = ended(start("there", "theer"));
    assertThat(run.exit).isEqualTo(1);
    assertThat(run.lines)
        .singleElement()
        .asString()
        .startsWith("run-checks: there is no check \"theer\"");
    assertThat(interop.resolve("ran")).doesNotExist();
  }

  @Test
  void lanesAreANumber() throws Exception {
    check("there", "touch ran");
    set.put("MINTMARK_CHECK_LANES", "0");
    assertThat(ended(start()).lines)
        .containsExactly("run-checks: MINTMARK_CHECK_LANES is \"0\", and no number from 1 on");
  }

  private void check(String name, String body) throws IOException {
    script(interop.resolve(name), "cd \"$(dirname \"$0\")\"\n" + body);
  }

  private void measure(String name, String body) throws IOException {
    check(name, "# alone: it measures\n" + body);
  }

  private void pipe() throws Exception {
    assertThat(script("mkfifo pipe").waitFor()).isZero();
  }

  private Process script(String body) throws IOException {
    return new ProcessBuilder("/bin/sh", "-c", body).directory(interop.toFile()).start();
  }

  private Process start(String... names) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(interop.resolve("peers/run-checks").toString());
    builder.command().addAll(List.of(names));
    builder.environment().keySet().removeIf(name -> name.startsWith("MINTMARK_"));
    builder.environment().putAll(set);
    return builder.redirectErrorStream(true).start();
  }

  private static Run ended(Process process) throws Exception {
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), said.lines().toList());
  }

  private static void script(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/bash\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}

package io.mintmark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import io.mintmark.sidecar.broker.FakeBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code exec} and {@code sidecar --once}, each in a process of its own as a user has it. */
class ExecCommandTest {
  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private boolean noSecondSight;
  private FakeBroker broker;

  @BeforeEach
  void broker() throws IOException {
    broker = new FakeBroker();
    SidecarFolder.write(
        folder,
        broker,
        """
        credentials: [{name: ledger, accessToken: {resource: "https://ledger.example.org"}}]
        deliver: [{name: token, credential: ledger, to: {file: {path: token}}}]
        exec:
          env:
            - {name: LEDGER_TOKEN, credential: ledger}
            - {name: LEDGER_HEADER, credential: ledger, format: header}
            - {name: LEDGER_FILE, path: token}
        """);
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private Process start(String... arguments) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                // a test that runs in the background would hand down that INT and HUP are ignored
                "env",
                "--default-signal=INT,HUP",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                StartTest.Program.class.getName()));
    words.addAll(List.of(arguments));
    if (noSecondSight) {
      words.addAll(0, List.of("setpriv", "--bounding-set=-sys_ptrace,-perfmon,-sys_admin"));
    }
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().put("XDG_RUNTIME_DIR", folder.toString());
    builder.environment().putAll(environment);
    return builder
        .redirectError(folder.resolve("errors").toFile())
        .redirectOutput(folder.resolve("out").toFile())
        .start();
  }

  private Process exec(String... command) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of("exec", "--config", folder.resolve("sidecar.yaml").toString(), "--"));
    words.addAll(List.of(command));
    return start(words.toArray(String[]::new));
  }

  private int ended(Process process) throws Exception {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(errors()).isTrue();
    return process.exitValue();
  }

  private String out() throws IOException {
    return Files.readString(folder.resolve("out"));
  }

  private String errors() throws IOException {
    return Files.readString(folder.resolve("errors"));
  }

  private void await(String text) throws Exception {
    for (int i = 0; i < 1200 && !out().contains(text); i++) {
      Thread.sleep(50);
    }
    assertThat(out()).as(errors()).contains(text);
  }

  private void awaitError(String text) throws Exception {
    for (int i = 0; i < 1200 && !errors().contains(text); i++) {
      Thread.sleep(50);
    }
    assertThat(errors()).contains(text);
  }

  @Test
  void aProgramFindsItsCredentialsAndItsExitCodeIsKept() throws Exception {
    Process process =
        exec(
            "/bin/sh",
            "-c",
            "read line; echo \"$line|$LEDGER_HEADER|$(cat $LEDGER_FILE)|$LEDGER_TOKEN\"; exit 7");
    process.getOutputStream().write("from stdin\n".getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().close();

    assertThat(ended(process)).as(errors()).isEqualTo(7);
    String token = Files.readString(folder.resolve("token"));
    assertThat(out()).isEqualTo("from stdin|Bearer %1$s|%1$s|%1$s\n".formatted(token));
  }

  @Test
  void aProgramDoesNotGetTheEvidenceThatCouldBecomeAnyCredential() throws Exception {
    Path document = folder.resolve("sidecar.yaml");
    Files.writeString(
        document,
        Files.readString(document)
            .replace("evidence: [", "evidence: [{kind: gitlab, variable: JOB_TOKEN}, "));
    environment.put("JOB_TOKEN", "eyJhbGciOiJFUzI1NiJ9.e30.EVIDENCE");
    environment.put("ACTIONS_ID_TOKEN_REQUEST_URL", "https://localhost/EVIDENCE");
    environment.put("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "EVIDENCE");
    environment.put("KEPT", "as it was");
    // root reads every process, by capabilities that can be given up
    noSecondSight = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    Process process = exec("/bin/sh", "-c", "echo \"$KEPT\"; env; cat /proc/$PPID/environ; exit 7");

    assertThat(ended(process)).as(errors()).isEqualTo(7);
    assertThat(out())
        .startsWith("as it was\n")
        .contains("LEDGER_TOKEN=")
        .doesNotContain("EVIDENCE");
    assertThat(errors()).contains("ermission denied");
  }

  @Test
  void aProgramDoesNotGetWhatTheLauncherSetForItsOwnJvm() throws Exception {
    environment.put("MALLOC_ARENA_MAX", "1");
    environment.put("MINTMARK_LAUNCHER_ADDED", "MALLOC_ARENA_MAX");
    Process process = exec("/bin/sh", "-c", "env");

    assertThat(ended(process)).as(errors()).isZero();
    assertThat(out()).contains("LEDGER_TOKEN=").doesNotContain("ARENA", "LAUNCHER");
  }

  @Test
  void noCredentialIsOnACommandLine() throws Exception {
    Process process =
        exec(
            "/bin/sh", "-c", "tr '\\0' ' ' < /proc/$$/cmdline; tr '\\0' ' ' < /proc/$PPID/cmdline");

    assertThat(ended(process)).as(errors()).isZero();
    assertThat(out()).isNotEmpty().doesNotContain(Files.readString(folder.resolve("token")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT", "HUP", "USR1", "USR2", "WINCH", "TTIN", "TTOU"})
  void aSignalReachesTheProgram(String signal) throws Exception {
    Process process =
        exec(
            "/bin/sh",
            "-c",
            "trap 'echo got; exit 42' " + signal + "; echo up; while :; do sleep 0.05; done");
    await("up");
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();

    assertThat(ended(process)).as(errors()).isEqualTo(42);
    assertThat(out()).contains("got");
  }

  @Test
  void aSignalThatEndsTheProgramShowsInTheExitCode() throws Exception {
    Process process = exec("/bin/sh", "-c", "kill -KILL $$");

    assertThat(ended(process)).isEqualTo(128 + 9);
  }

  @ParameterizedTest
  @CsvSource({"/absent/program,127,is not found", "/etc/passwd,126,cannot be run"})
  void aProgramThatCannotBeRunIsSaid(String program, int code, String message) throws Exception {
    assertThat(ended(exec(program))).isEqualTo(code);
    assertThat(errors().lines().toList().getLast())
        .isEqualTo("mintmark: \"" + program + "\" " + message);
  }

  @Test
  void aProgramIsNotStartedWithoutItsCredentials() throws Exception {
    broker.exchange =
        request -> {
          throw FakeBroker.refusal(Code.PERMISSION_DENIED, "no-grant", 0);
        };
    Process process =
        start(
            "exec",
            "--config",
            folder.resolve("sidecar.yaml").toString(),
            "--timeout",
            "15s",
            "--",
            "/bin/echo",
            "started");

    assertThat(ended(process)).isEqualTo(1);
    assertThat(out()).isEmpty();
    assertThat(errors().lines().toList().getLast())
        .startsWith("mintmark: not ready within 15 s: credential \"ledger\": no-grant");
  }

  @Test
  void aProgramThatFailsAndIsStartedAgainAtOnceWaitsBeforeTheBrokerIsAsked() throws Exception {
    assertThat(ended(exec("/bin/false"))).isEqualTo(1);
    assertThat(errors()).doesNotContain("asks the broker again");
    // as if many had failed before
    try (var files = Files.list(folder.resolve("mintmark"))) {
      Path record = files.findFirst().orElseThrow();
      String[] words = Files.readString(record).split(" ", 2);
      Files.writeString(record, "16 " + words[1]);
    }
    AtomicInteger asked = new AtomicInteger();
    var answered = broker.exchange;
    broker.exchange =
        request -> {
          asked.incrementAndGet();
          return answered.apply(request);
        };
    Process again = exec("/bin/false");
    awaitError("mintmark: asks the broker again in ");
    new ProcessBuilder("kill", "-TERM", Long.toString(again.pid())).start().waitFor();

    assertThat(ended(again)).isEqualTo(128 + 15);
    assertThat(asked).hasValue(0);
    assertThat(errors()).contains(" s: the last 16 runs ended soon and failed");

    // another program of the same document is none of that loop
    assertThat(ended(exec("/bin/true"))).as(errors()).isZero();
    assertThat(errors()).doesNotContain("asks the broker again");
  }

  @Test
  void onceDeliversAndEnds() throws Exception {
    Process process =
        start("sidecar", "--once", "--config", folder.resolve("sidecar.yaml").toString());

    assertThat(ended(process)).as(errors()).isZero();
    assertThat(folder.resolve("token")).isNotEmptyFile();
  }

  @Test
  void onceThatCannotDeliverSaysWhyInOneLine() throws Exception {
    broker.close();
    Process process =
        start(
            "sidecar",
            "--once",
            "--timeout",
            "2s",
            "--config",
            folder.resolve("sidecar.yaml").toString());

    assertThat(ended(process)).isEqualTo(1);
    assertThat(errors().lines().toList().getLast())
        .startsWith("mintmark: not ready within 2 s: credential \"ledger\": broker-unreachable");
    assertThat(folder.resolve("token")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "60", "1h", "-1s", "99999s", ""})
  void aTimeLimitThatIsNoneIsRefused(String limit) throws Exception {
    Process process =
        start(
            "sidecar",
            "--once",
            "--timeout",
            limit,
            "--config",
            folder.resolve("sidecar.yaml").toString());

    assertThat(ended(process)).isEqualTo(2);
    assertThat(errors()).contains("has not the form 30s or 2m");
  }
}

package io.mintmark.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** kubectl's plug-in, without a JDK and by a clock that the test sets. */
class ExecCredentialTest {
  private static final String CREDENTIAL =
      "{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\","
          + "\"status\":{\"expirationTimestamp\":\"2026-11-22T10:00:00Z\",\"token\":\"a.b.c\"}}\n";

  @TempDir Path temporary;
  private Path file = Path.of("/");

  private record Run(int exit, String out, String err) {}

  @BeforeEach
  void file() {
    file = temporary.resolve("a folder; with $spaces.json");
  }

  @ParameterizedTest
  @CsvSource({"2026-11-22T09:59:59Z,0", "2026-11-22T10:00:00Z,1", "2027-01-01T00:00:00Z,1"})
  void noneIsShownFromTheSecondOnInWhichItExpires(String now, int exit) throws Exception {
    Files.writeString(file, CREDENTIAL);
    Run run = at(now, "--file", file.toString());
    assertThat(run.exit).isEqualTo(exit);
    assertThat(run.out).isEqualTo(exit == 0 ? CREDENTIAL : "");
    assertThat(run.err.contains("expired at 2026-11-22T10:00:00Z")).isEqualTo(exit == 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a.b.c",
        "{\"kind\":\"ExecCredential\"}",
        "{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"a.b.c\"}}",
        "{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"expirationTimestamp\":\"never\",\"token\":\"a.b.c\"}}",
        "{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"expirationTimestamp\":\"2099-01-01T00:00:00Z\",\"token\":\"a.b",
      })
  void whatNoSidecarWroteIsNotShownNorRepeatedInTheMessage(String content) throws Exception {
    Files.writeString(file, content);
    Run run = at("2026-11-22T09:00:00Z", "--file=" + file);
    assertThat(run.exit).isEqualTo(1);
    assertThat(run.out).isEmpty();
    assertThat(run.err).contains("holds no credential that a sidecar wrote").doesNotContain("a.b");
  }

  @Test
  void aFileOfAnySizeIsReadWithinABound() throws Exception {
    Files.writeString(file, CREDENTIAL.replace("a.b.c", "x".repeat(1 << 20)));
    assertThat(at("2026-11-22T09:00:00Z", "--file", file.toString()).exit).isEqualTo(1);
  }

  @Test
  void aPipeIsNotWaitedFor() throws Exception {
    new ProcessBuilder("mkfifo", file.toString()).start().waitFor();
    Run run = at("2026-11-22T09:00:00Z", "--file", file.toString());
    assertThat(run.err).contains("cannot be read");
  }

  @Test
  void aCredentialThatIsNotThereIsSaidInOneLine() throws Exception {
    Run run = at("2026-11-22T09:00:00Z", "--file", file.toString());
    assertThat(run.exit).isEqualTo(1);
    assertThat(run.err).contains("there is no credential in \"" + file + "\"").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--file", "--file=", "--file a b", "a", "--other=x"})
  void aCommandLineOfAnotherFormIsAMistake(String line) throws Exception {
    Run run = at("2026-11-22T09:00:00Z", line.isEmpty() ? new String[0] : line.split(" "));
    assertThat(run.exit).isEqualTo(2);
    assertThat(run.err).contains("exec-credential --help").hasLineCount(1);
  }

  private Run at(String now, String... arguments) throws IOException, InterruptedException {
    Path date = temporary.resolve("date");
    Files.writeString(date, "#!/bin/sh\n[ \"$1\" = -u ] && echo " + now + "\n");
    Files.setPosixFilePermissions(date, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> command =
        new ArrayList<>(List.of(Path.of("mintmark").toAbsolutePath().toString()));
    command.add("exec-credential");
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", temporary + ":/usr/bin:/bin");
    builder.redirectError(temporary.resolve("err").toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), out, Files.readString(temporary.resolve("err")));
  }
}

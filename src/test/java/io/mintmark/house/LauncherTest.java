package io.mintmark.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher in a project of its own, with a JDK and a Maven that only say what they were asked.
 */
class LauncherTest {
  private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path temporary;
  private final Map<String, String> added = new HashMap<>();
  private Path project;

  private record Run(int exit, String out, String err) {}

  @BeforeEach
  void makeProject() throws IOException {
    project = Files.createDirectories(temporary.resolve("a folder; with $spaces"));
    Files.copy(Path.of("mintmark"), project.resolve("mintmark"));
    Files.createDirectories(project.resolve("src/main"));
    Files.writeString(project.resolve("pom.xml"), "");
    script(
        project.resolve("mvnw"),
        "echo \"maven $JAVA_HOME $*\"; mkdir -p target/quarkus-app; : >"
            + " target/quarkus-app/quarkus-run.jar");
    jdk("jdk-25", "25.0.1");
    old(project.resolve("src/main"));
    old(project.resolve("pom.xml"));
  }

  @Test
  void theFirstRunBuildsAndTheNextDoesNot() throws Exception {
    Run first = run(project.resolve("mintmark"), "jdk-25", "token", "two words");
    assertThat(first.exit).isZero();
    assertThat(first.out).isEqualTo("java token|two words|\n");
    assertThat(first.err).contains("building").contains("package -DskipTests");
    Run second = run(project.resolve("mintmark"), "jdk-25", "token");
    assertThat(second).isEqualTo(new Run(0, "java token|\n", ""));
  }

  @Test
  void aNewerSourceIsBuilt() throws Exception {
    run(project.resolve("mintmark"), "jdk-25", "token");
    Path source = Files.writeString(project.resolve("src/main/New.java"), "");
    Files.setLastModifiedTime(
        source,
        FileTime.from(
            Files.getLastModifiedTime(project.resolve("target/quarkus-app/quarkus-run.jar"))
                .toInstant()
                .plusSeconds(10)));
    assertThat(run(project.resolve("mintmark"), "jdk-25", "token").err).contains("building");
  }

  @Test
  void aBuildThatFailsRunsNothing() throws Exception {
    script(project.resolve("mvnw"), "echo broken; exit 1");
    Run run = run(project.resolve("mintmark"), "jdk-25", "token");
    assertThat(run.exit).isEqualTo(1);
    assertThat(run.out).isEmpty();
    assertThat(run.err).contains("broken").contains("mintmark: the build failed");
  }

  @Test
  void theLockOfAProcessThatIsGoneIsTakenOver() throws Exception {
    Files.createDirectories(project.resolve("target"));
    Files.createSymbolicLink(project.resolve("target/.build-lock"), Path.of("999999999"));
    assertThat(run(project.resolve("mintmark"), "jdk-25", "token").exit).isZero();
    assertThat(Files.isSymbolicLink(project.resolve("target/.build-lock"))).isFalse();
  }

  /** Memory that holds credentials is worth stealing from where it was dumped to. */
  @ParameterizedTest
  @ValueSource(strings = {"sidecar", "exec"})
  void whatHoldsCredentialsIsNotDumpedAndNobodyAttachesToIt(String command) throws Exception {
    script(
        temporary.resolve("jdk-25/bin/java"), "echo \"core $(ulimit -S -c)\"; printf '%s|' \"$@\"");
    run(project.resolve("mintmark"), "jdk-25", "token");
    assertThat(run(project.resolve("mintmark"), "jdk-25", command).out)
        .startsWith("core 0\n")
        .contains("|-XX:-CreateCoredumpOnCrash|", "|-XX:+DisableAttachMechanism|");
  }

  /** Another Java or a name that the script uses too would run the program that exec starts. */
  @Test
  void whatExecRunsHasTheEnvironmentOfTheUser() throws Exception {
    script(temporary.resolve("jdk-25/bin/java"), "env");
    run(project.resolve("mintmark"), "jdk-25", "token");
    added.put("version", "the user's");
    added.put("top", "it's \"$HOME\"\nand more");
    String out = run(project.resolve("mintmark"), "jdk-25", "exec").out;
    assertThat(out)
        .contains("\nversion=the user's\n", "\ntop=it's \"$HOME\"\nand more\n")
        .contains("MALLOC_ARENA_MAX=1\n", "MINTMARK_LAUNCHER_ADDED=MALLOC_ARENA_MAX\n")
        .contains("JAVA_HOME=" + temporary.resolve("jdk-25") + "\n");

    added.put("MALLOC_ARENA_MAX", "7");
    added.put("JAVA_HOME", temporary.resolve("jdk-17").toString());
    added.put("PATH", temporary.resolve("jdk-25/bin") + ":/usr/bin:/bin");
    out = run(project.resolve("mintmark"), "jdk-25", "exec").out;
    assertThat(out)
        .contains("MALLOC_ARENA_MAX=7\n", "JAVA_HOME=" + temporary.resolve("jdk-17") + "\n")
        .doesNotContain("MINTMARK_LAUNCHER_ADDED");

    added.remove("JAVA_HOME");
    assertThat(run(project.resolve("mintmark"), null, "exec").out).doesNotContain("JAVA_HOME=");
  }

  @Test
  void theUnitOfTheSidecarGivesItNothingItDoesNotNeed() throws IOException {
    assertThat(Files.readAllLines(Path.of("deploy/systemd/mintmark-sidecar.service")))
        .contains(
            "LimitCORE=0",
            "MemorySwapMax=0",
            "NoNewPrivileges=yes",
            "CapabilityBoundingSet=",
            "ProtectSystem=strict",
            "ProtectHome=yes",
            "PrivateTmp=yes",
            "RuntimeDirectory=mintmark",
            "UMask=0077",
            "SystemCallFilter=@system-service")
        // the JVM compiles, and could not
        .doesNotContain("MemoryDenyWriteExecute=yes");
  }

  @Test
  void itWorksThroughSymlinks() throws Exception {
    Path folder = Files.createDirectories(temporary.resolve("bin"));
    Files.createSymbolicLink(folder.resolve("first"), project.resolve("mintmark"));
    Path second = Files.createSymbolicLink(folder.resolve("second"), Path.of("first"));
    assertThat(run(second, "jdk-25", "token").out).isEqualTo("java token|\n");
  }

  @Test
  void aJavaThatIsTooOldIsPassedOver() throws Exception {
    jdk("jdk-17", "17.0.9");
    Run run = run(project.resolve("mintmark"), "jdk-17", "token");
    assertThat(run.err).doesNotContain("jdk-17/bin");
    assertThat(run.err + run.out).doesNotContain("maven " + temporary.resolve("jdk-17"));
  }

  @Test
  void testRunsMavenWithTheJdkThatWasFound() throws Exception {
    Run run = run(project.resolve("mintmark"), "jdk-25", "test", "-Dtest=A B");
    assertThat(run.out)
        .isEqualTo("maven " + temporary.resolve("jdk-25") + " -B -ntp verify -Dtest=A B\n");
  }

  private void jdk(String name, String version) throws IOException {
    Path bin = Files.createDirectories(temporary.resolve(name).resolve("bin"));
    Files.writeString(
        temporary.resolve(name).resolve("release"),
        "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"" + version + "\"\n");
    script(
        bin.resolve("java"),
        "while [ $# -gt 0 ]; do case $1 in io.mintmark.Main) shift; break ;; esac; shift; done;"
            + " printf 'java '; printf '%s|' \"$@\"; echo");
    script(bin.resolve("javac"), "exit 0");
  }

  private static void script(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static void old(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
  }

  private Run run(Path launcher, @Nullable String javaHome, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(temporary.toFile());
    Map<String, String> environment = builder.environment();
    environment.remove("JAVA_HOME");
    if (javaHome != null) {
      environment.put("JAVA_HOME", temporary.resolve(javaHome).toString());
    }
    environment.put("PATH", "/usr/bin:/bin");
    environment.remove("MINTMARK_JAVA_OPTS");
    environment.putAll(added);
    builder.redirectError(temporary.resolve("err").toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), out, Files.readString(temporary.resolve("err")));
  }
}

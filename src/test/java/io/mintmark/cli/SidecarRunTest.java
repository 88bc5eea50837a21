package io.mintmark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.sidecar.broker.FakeBroker;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code sidecar --config} in a process of its own. */
class SidecarRunTest {
  @TempDir Path folder;
  private FakeBroker broker;
  private Process process;

  @BeforeEach
  void broker() throws IOException {
    broker = new FakeBroker();
    SidecarFolder.write(
        folder,
        broker,
        """
        health: {listen: "127.0.0.1:0"}
        deliver:
          - name: token
            credential: {accessToken: {resource: "https://ledger.example.org"}}
            to: {file: {path: token}}
        """);
  }

  @AfterEach
  void close() {
    broker.close();
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private void start(String document) throws IOException {
    process =
        new ProcessBuilder(
                "env",
                "--default-signal=INT,HUP",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SidecarMain.class.getName(),
                "sidecar",
                "--config",
                folder.resolve(document).toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
  }

  private void signal(String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  private int ended() throws Exception {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(out()).isTrue();
    return process.exitValue();
  }

  private String out() throws IOException {
    return Files.readString(folder.resolve("out"));
  }

  /** The first thread of its own comes after the handlers, and before the document is read. */
  private void awaitFirstThread() throws Exception {
    Path tasks = Path.of("/proc", Long.toString(process.pid()), "task");
    while (process.isAlive()) {
      try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
        for (Path thread : threads) {
          if (Files.readString(thread.resolve("comm")).startsWith("mintmark-")) {
            return;
          }
        }
      } catch (IOException ended) {
        // a thread that is gone again
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void toldToStopInTheMiddleOfItsStartItEndsInOrder(String signal) throws Exception {
    start("sidecar.yaml");
    awaitFirstThread();
    signal("HUP");
    signal(signal);
    assertThat(ended()).as(out()).isZero();
  }

  @Test
  void toldToStopWhenItServesItEndsInOrderToo() throws Exception {
    start("sidecar.yaml");
    for (int i = 0; i < 1200 && !Files.exists(folder.resolve("token")); i++) {
      Thread.sleep(50);
    }
    signal("TERM");
    assertThat(ended()).as(out()).isZero();
    assertThat(folder.resolve("token")).isNotEmptyFile();
  }
}

package io.mintmark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What a probe is told decides whether traffic is sent to a broker: only "ready" may be exit 0. */
final class HealthCommandTest {
  private static final String UP =
      "{\"status\":\"UP\",\"checks\":[{\"name\":\"a\",\"status\":\"UP\"}]}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "503 | {\"status\":\"DOWN\",\"checks\":[{\"name\":\"policy\",\"status\":\"DOWN\"}]} |"
            + " policy",
        "200 | {\"status\":\"UP\",\"checks\":[{\"name\":\"policy\",\"status\":\"DOWN\"}]} | policy",
        "200 | {\"status\":\"DOWN\"} | not ready",
        "200 | {} | not ready",
        "404 | {\"status\":\"UP\"} | refused",
        "503 | {\"status\":\"UP\"} | refused",
        "200 | <html>UP</html> | is no broker",
        "302 | moved | is no broker",
        "200 | `` | is no broker",
      })
  void whatIsNotReadyIsNoSuccess(int status, String body, String said) throws Exception {
    try (AnsweringServer server = AnsweringServer.json(status, body)) {
      Run run = run(server.url().toString());
      assertThat(run.code()).isNotZero();
      assertThat(run.failure()).contains(said);
    }
  }

  @Test
  void aReadyBrokerIsReady() throws Exception {
    try (AnsweringServer server = AnsweringServer.json(200, UP)) {
      assertThat(run(server.url().toString())).isEqualTo(new Run(0, ""));
    }
  }

  @Test
  void itIsAskedAgainUntilItIsReady() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    try (AnsweringServer server =
        AnsweringServer.of(
            exchange -> {
              boolean ready = asked.incrementAndGet() > 2;
              AnsweringServer.answer(exchange, ready ? 200 : 503, ready ? UP : "{}");
            })) {
      assertThat(run("--wait", "60", server.url().toString()).code()).isZero();
      assertThat(asked.get()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:9000", "file:///etc/passwd", "http://", "ftp://host", "/q"})
  void whatIsNoUrlIsWrongUsage(String url) {
    assertThat(run(url).code()).isEqualTo(2);
  }

  @Test
  void theBrokerOfADataFolderIsAsked(@TempDir Path data) throws Exception {
    assertThat(run("--data", data.toString()).failure()).contains("no broker runs on");
    try (AnsweringServer server = AnsweringServer.json(200, UP)) {
      Files.writeString(
          data.resolve("endpoints.json"), "{\"management\":\"" + server.url() + "\"}");
      assertThat(run("--data", data.toString()).code()).isZero();
    }
  }

  private record Run(int code, String failure) {}

  private static Run run(String... arguments) {
    StringWriter failure = new StringWriter();
    CommandLine line = new CommandLine(new HealthCommand());
    line.setOut(new PrintWriter(new StringWriter()));
    line.setErr(new PrintWriter(failure));
    line.setExecutionExceptionHandler(
        (exception, command, result) -> {
          failure.append(exception.getMessage());
          return 1;
        });
    return new Run(line.execute(arguments), failure.toString());
  }
}

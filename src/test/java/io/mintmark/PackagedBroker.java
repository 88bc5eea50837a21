package io.mintmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mintmark.cli.dev.DevAuthority;
import io.mintmark.workload.WorkloadId;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The packaged broker as a process of its own, with {@code --dev}. */
record PackagedBroker(Path data, Path log, Process process, JsonNode endpoints)
    implements AutoCloseable {
  private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ISSUER = "https://localhost:8443";
  private static final WorkloadId ORDERS =
      WorkloadId.parse("spiffe://dev.mintmark/ns/payments/sa/orders");

  static PackagedBroker start(Path folder, Map<String, String> environment) throws Exception {
    Path data = folder.resolve("data");
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-jar",
                JAR.toString(),
                "broker",
                "--dev",
                "--data",
                data.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(log.toFile());
    builder.environment().put("MINTMARK_ISSUER", ISSUER);
    builder.environment().put("MINTMARK_HTTPS_LISTEN", "127.0.0.1:0");
    builder.environment().put("MINTMARK_HTTP_LISTEN", "127.0.0.1:0");
    builder.environment().put("MINTMARK_MANAGEMENT_LISTEN", "127.0.0.1:0");
    builder.environment().putAll(environment);
    Process process = builder.start();
    Path endpoints = data.resolve("endpoints.json");
    while (!Files.exists(endpoints)) {
      if (!process.isAlive()) {
        throw new IOException("the broker ended: " + Files.readString(log));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return new PackagedBroker(data, log, process, JSON.readTree(Files.readAllBytes(endpoints)));
  }

  URI endpoint(String name) {
    return URI.create(endpoints.path(name).asText());
  }

  /** The body of an exchange that is granted. */
  byte[] exchange() throws IOException {
    String svid =
        DevAuthority.open(data, InstantSource.system())
            .jwtSvid(ORDERS, ISSUER, Duration.ofMinutes(5));
    return ("{\"evidence\":{\"kind\":\"jwt-svid\",\"token\":\""
            + svid
            + "\"},\"resource\":\"https://ledger.example.org\"}")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** All lines of the ledger. */
  String ledger() throws IOException {
    StringBuilder lines = new StringBuilder();
    try (Stream<Path> files = Files.list(data.resolve("ledger"))) {
      for (Path file : files.filter(one -> one.toString().endsWith(".jsonl")).toList()) {
        lines.append(Files.readString(file));
      }
    }
    return lines.toString();
  }

  /** Ends it as an operator would. */
  void stop() throws InterruptedException {
    process.destroy();
    process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

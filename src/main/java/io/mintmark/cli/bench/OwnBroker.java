package io.mintmark.cli.bench;

import io.mintmark.cli.DataFolder;
import io.mintmark.cli.WorkFolder;
import io.mintmark.cli.bench.load.Proofs;
import io.mintmark.cli.bench.load.Usage;
import io.mintmark.cli.dev.DevAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A broker that is started to be measured, in a process of its own, by the launcher and with the
 * options that users start theirs with; its folder goes when it has ended.
 */
final class OwnBroker implements AutoCloseable {
  /** The launcher names itself by this. */
  static final String LAUNCHER = "mintmark.launcher";

  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(5);
  static final String AUDIENCE = "https://bench.example.org";

  private final Path folder;
  private @Nullable Process process;
  private boolean over;
  private Duration started = Duration.ZERO;

  /** Whoever stops the bench, at any time, leaves no broker behind. */
  private final Thread stopped = new Thread(this::end, "mintmark-bench-stop");

  private OwnBroker(Path folder) {
    this.folder = folder;
  }

  /**
   * @param parent where its folder is made; null for the system's own place for such
   */
  static OwnBroker start(@Nullable Path parent) throws IOException, InterruptedException {
    Path launcher = launcher();
    OwnBroker broker = new OwnBroker(WorkFolder.name(parent, "mintmark-bench"));
    Runtime.getRuntime().addShutdownHook(broker.stopped);
    try {
      broker.launch(launcher);
      return broker;
    } catch (IOException | InterruptedException | RuntimeException failed) {
      broker.close();
      throw failed;
    }
  }

  private void launch(Path launcher) throws IOException, InterruptedException {
    Path policy = folder.resolve("policy");
    ProcessBuilder command =
        new ProcessBuilder(
            launcher.toString(),
            "broker",
            "--dev",
            "--data",
            data(folder).toString(),
            "--policy",
            policy.toString());
    Map<String, String> environment = command.environment();
    environment
        .keySet()
        .removeIf(name -> name.startsWith("MINTMARK_") && !name.equals("MINTMARK_JAVA_OPTS"));
    for (String listener : List.of("HTTPS", "HTTP", "MANAGEMENT")) {
      environment.put("MINTMARK_" + listener + "_LISTEN", "127.0.0.1:0");
    }
    Path log = folder.resolve("broker.log");
    long began = System.nanoTime();
    Process broker =
        begun(
            command
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile())),
            policy);
    while (DataFolder.endpoint(data(folder), "http") == null) {
      if (broker.waitFor(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("the broker did not start: " + last(log));
      }
      if (System.nanoTime() - began > START.toNanos()) {
        throw new IOException(
            "the broker is not ready after " + START.toSeconds() + " s: " + last(log));
      }
    }
    started = Duration.ofNanos(System.nanoTime() - began);
  }

  /** Nothing is made once all that was made has been removed. */
  private synchronized Process begun(ProcessBuilder command, Path policy) throws IOException {
    if (over) {
      throw new IOException("stopped before the broker was started");
    }
    WorkFolder.make(folder);
    Files.createDirectory(policy);
    Files.writeString(policy.resolve("bench.yaml"), policy());
    Process begun = command.start();
    process = begun;
    return begun;
  }

  private static Path launcher() throws IOException {
    String launcher = System.getProperty(LAUNCHER);
    if (launcher == null) {
      throw new IOException(
          "a broker is started by the launcher of a checkout: run ./mintmark bench");
    }
    return Path.of(launcher);
  }

  /** Where the launcher is, and with it this project. */
  static Path checkout() throws IOException {
    return launcher().toAbsolutePath().resolveSibling("");
  }

  Path data() {
    return data(folder);
  }

  /** From its start until it said where it listens. */
  Duration started() {
    return started;
  }

  URI endpoint(String name) throws IOException {
    String found = DataFolder.endpoint(data(), name);
    if (found == null) {
      throw new IOException("the broker ended: " + last(folder.resolve("broker.log")));
    }
    return URI.create(found);
  }

  synchronized Usage usage() {
    if (process == null) {
      throw new IllegalStateException("no broker was started");
    }
    return Usage.of(process.toHandle()).storing(ledgerBytes());
  }

  private long ledgerBytes() {
    try (Stream<Path> files = Files.walk(data().resolve("ledger"))) {
      long sum = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sum += Files.size(file);
      }
      return sum;
    } catch (IOException unreadable) {
      throw new UncheckedIOException("its ledger cannot be read: " + unreadable, unreadable);
    }
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(stopped);
    } catch (IllegalStateException stopping) {
      // the hook runs, and finds nothing left to do
    }
  }

  private synchronized void end() {
    over = true;
    if (process != null) {
      ended(process);
    }
    WorkFolder.remove(folder);
  }

  private static Path data(Path folder) {
    return folder.resolve("data");
  }

  /**
   * A thousand workloads that may have each kind of credential, and the resource they have it for.
   */
  private static String policy() {
    return """
    apiVersion: mintmark.io/v1
    kind: Resource
    metadata: {name: bench}
    spec: {owner: bench@example.org, audience: "%s", scopes: [bench:read]}
    ---
    apiVersion: mintmark.io/v1
    kind: Grant
    metadata: {name: bench-token}
    spec:
      owner: bench@example.org
      workload: "spiffe://%s%s*"
      evidence: [jwt-svid, x509-svid]
      issue: {accessToken: {resource: bench, scopes: [bench:read], lifetime: 5m}}
    ---
    apiVersion: mintmark.io/v1
    kind: Grant
    metadata: {name: bench-identity}
    spec:
      owner: bench@example.org
      workload: "spiffe://%s%s*"
      evidence: [jwt-svid, x509-svid]
      issue:
        jwtSvid: {audiences: ["%s"]}
        x509Svid: {lifetime: 1h}
    """
        .formatted(
            AUDIENCE,
            DevAuthority.TRUST_DOMAIN.name(),
            Proofs.PATH,
            DevAuthority.TRUST_DOMAIN.name(),
            Proofs.PATH,
            AUDIENCE);
  }

  private static String last(Path log) {
    try {
      List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
      return lines.isEmpty() ? "it said nothing" : lines.getLast();
    } catch (IOException | UncheckedIOException unreadable) {
      return "its log cannot be read";
    }
  }

  private static void ended(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}

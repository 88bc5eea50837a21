package io.mintmark.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.sidecar.broker.FakeBroker;
import io.mintmark.sidecar.plan.Sha256;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A sidecar whose configuration changes while it runs. */
class SidecarTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path folder;
  private FakeBroker broker;
  private final Threads threads = Threads.start(InstantSource.system());

  @BeforeEach
  void start() throws IOException {
    broker = new FakeBroker();
    Files.writeString(folder.resolve("bundle.pem"), broker.pem());
    Files.writeString(folder.resolve("proof"), "a.b.c");
  }

  @AfterEach
  void stop() {
    threads.close();
    broker.close();
  }

  private Sidecar sidecar(String deliver) throws Exception {
    write(broker, deliver);
    Sidecar sidecar =
        Sidecar.start(folder.resolve("sidecar.yaml"), null, threads, new SimpleMeterRegistry());
    assertThat(sidecar.awaitReady(LIMIT, () -> false)).isEmpty();
    return sidecar;
  }

  private void write(FakeBroker which, String deliver) throws IOException {
    Files.writeString(
        folder.resolve("sidecar.yaml"),
        """
        apiVersion: mintmark.io/v1
        kind: Sidecar
        metadata: {name: orders}
        spec:
          broker: {url: "%s", trust: {trustDomain: prod.example.org, file: bundle.pem}}
          evidence: [{kind: oidc, file: proof}]
          deliver:
        """
                .formatted(which.address())
            + deliver.indent(4));
  }

  private static String file(String name, String resource) {
    return "- {name: %s, credential: {accessToken: {resource: \"https://%s\"}}, to: {file: {path: %s}}}\n"
        .formatted(name, resource, name);
  }

  private static String proxy(int port, String upstream) {
    return "- {name: proxy, credential: {accessToken: {resource: \"https://a\"}}, to: {proxy: {listen: \"127.0.0.1:%d\", upstream: \"https://%s\"}}}\n"
        .formatted(port, upstream);
  }

  @Test
  void startedBeforeTheBrokerItDeliversWhenThatComesUp() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, loopback)) {
      port = free.getLocalPort();
    }
    Path document = folder.resolve("sidecar.yaml");
    write(broker, file("one", "one"));
    String down = "https://localhost:" + port;
    Files.writeString(
        document, Files.readString(document).replace(broker.address().toString(), down));
    try (Sidecar sidecar = Sidecar.start(document, null, threads, new SimpleMeterRegistry())) {
      List<String> reasons =
          sidecar.awaitReady(
              LIMIT, () -> sidecar.notReady().toString().contains("broker-unreachable"));
      assertThat(reasons).anySatisfy(reason -> assertThat(reason).contains("broker-unreachable"));
      assertThat(folder.resolve("one")).doesNotExist();

      try (ServerSocket up = new ServerSocket(port, 50, loopback)) {
        Thread.startVirtualThread(() -> relay(up, broker.address().getPort()));
        assertThat(sidecar.awaitReady(LIMIT, () -> false)).isEmpty();
        assertThat(folder.resolve("one")).isNotEmptyFile();
      }
    }
  }

  /** Until the door is closed. */
  private static void relay(ServerSocket door, int port) {
    while (!door.isClosed()) {
      try {
        Socket caller = door.accept();
        Socket called = new Socket(InetAddress.getLoopbackAddress(), port);
        Thread.startVirtualThread(() -> pump(caller, called));
        Thread.startVirtualThread(() -> pump(called, caller));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private static void pump(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException ended) {
      // as connections do
    }
  }

  @Test
  void aConfigurationThatOthersCanWriteIsNotBegunNorTakenUp() throws Exception {
    Path document = folder.resolve("sidecar.yaml");
    write(broker, file("one", "one"));
    Files.setPosixFilePermissions(document, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThatThrownBy(() -> Sidecar.start(document, null, threads, new SimpleMeterRegistry()))
        .isInstanceOf(DocumentErrors.class)
        .hasMessageContaining("sidecar.yaml\" can be written by others (mode 0666)");

    Files.setPosixFilePermissions(document, PosixFilePermissions.fromString("rw-r--r--"));
    try (Sidecar sidecar = sidecar(file("one", "one"))) {
      write(broker, file("two", "two"));
      Files.setPosixFilePermissions(document, PosixFilePermissions.fromString("rw-rw-rw-"));
      assertThat(sidecar.reload()).isEqualTo(Sidecar.Reload.BROKEN);
      assertThat(folder.resolve("two")).doesNotExist();
    }
  }

  @Test
  void anotherDocumentThanTheOneThatItIsBoundToIsNotBegunNorTakenUp() throws Exception {
    Path document = folder.resolve("sidecar.yaml");
    write(broker, file("one", "one"));
    byte[] own = Files.readAllBytes(document);
    Sha256 bound = Sha256.of(own);
    try (FakeBroker evil = new FakeBroker()) {
      write(evil, file("two", "two"));
      assertThatThrownBy(() -> Sidecar.start(document, bound, threads, new SimpleMeterRegistry()))
          .isInstanceOf(DocumentErrors.class)
          .hasMessageContaining(
              "is another than it is bound to: its SHA-256 is \"%s\", not \"%s\"",
              Sha256.of(Files.readAllBytes(document)), bound);

      Files.write(document, own);
      try (Sidecar sidecar = Sidecar.start(document, bound, threads, new SimpleMeterRegistry())) {
        assertThat(sidecar.awaitReady(LIMIT, () -> false)).isEmpty();
        write(evil, file("two", "two"));
        Files.writeString(folder.resolve("bundle.pem"), evil.pem());
        assertThat(sidecar.reload()).isEqualTo(Sidecar.Reload.BROKEN);
        assertThat(sidecar.notReady())
            .singleElement()
            .asString()
            .contains("sidecar.yaml", "is another than it is bound to");
        assertThat(folder.resolve("two")).doesNotExist();
        assertThat(evil.requests).isEmpty();

        Files.write(document, own);
        assertThat(sidecar.reload()).isEqualTo(Sidecar.Reload.IN_FORCE);
        assertThat(sidecar.notReady()).isEmpty();
      }
    }
  }

  @Test
  void authoritiesAreBoundByTheDocumentThatIsBoundItself() throws Exception {
    Path document = folder.resolve("sidecar.yaml");
    Path bundle = folder.resolve("bundle.pem");
    write(broker, file("one", "one"));
    String sha256 = Sha256.of(Files.readAllBytes(bundle)).hex();
    Files.writeString(
        document,
        Files.readString(document)
            .replace("file: bundle.pem", "file: bundle.pem, sha256: " + sha256));
    Sha256 bound = Sha256.of(Files.readAllBytes(document));
    try (FakeBroker evil = new FakeBroker()) {
      try (Sidecar sidecar = Sidecar.start(document, bound, threads, new SimpleMeterRegistry())) {
        assertThat(sidecar.awaitReady(LIMIT, () -> false)).isEmpty();
        Files.writeString(bundle, evil.pem());
        sidecar.reload();
        assertThat(sidecar.notReady())
            .singleElement()
            .asString()
            .contains("trust file", "bundle.pem", "is another than it is bound to");
      }
      assertThatThrownBy(() -> Sidecar.start(document, bound, threads, new SimpleMeterRegistry()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("bundle.pem\" is another than it is bound to");
    }
  }

  @Test
  void authoritiesThatOthersCanWriteAreNotBegunWithNorTakenUp() throws Exception {
    Path document = folder.resolve("sidecar.yaml");
    Path bundle = folder.resolve("bundle.pem");
    write(broker, file("one", "one"));
    Files.setPosixFilePermissions(bundle, PosixFilePermissions.fromString("rw-rw-r--"));
    assertThatThrownBy(() -> Sidecar.start(document, null, threads, new SimpleMeterRegistry()))
        .isInstanceOf(DocumentErrors.class)
        .hasMessageContaining("sidecar.yaml:5:")
        .hasMessageContaining(
            "file \"%s\" can be written by others (mode 0664): chmod go-w, or mount it read-only",
            bundle);

    Files.setPosixFilePermissions(bundle, PosixFilePermissions.fromString("rw-r--r--"));
    try (Sidecar sidecar = sidecar(file("one", "one"))) {
      Files.setPosixFilePermissions(bundle, PosixFilePermissions.fromString("rw-rw-rw-"));
      write(broker, file("two", "two"));
      assertThat(sidecar.reload()).isEqualTo(Sidecar.Reload.BROKEN);
      assertThat(folder.resolve("two")).doesNotExist();
    }
  }

  @Test
  void allFilesThatDecideAreLookedAt() throws Exception {
    write(
        broker,
        """
        - {name: store, credential: {x509Svid: {}}, to: {file: {path: p12, format: pkcs12, pkcs12: {passwordFile: password}}}}
        - {name: page, to: {file: {path: page, format: template, template: {file: page.peb, escape: none, credentials: [a]}}}}
        - {name: api, credential: {accessToken: {resource: "https://a"}}, to: {proxy: {listen: "127.0.0.1:1", upstream: "https://localhost", trust: {caFile: ca.pem}}}}
        """);
    Path document = folder.resolve("sidecar.yaml");
    Files.writeString(
        document,
        "  credentials: [{name: a, accessToken: {resource: \"https://a\"}}]\n",
        StandardOpenOption.APPEND);
    for (String name : List.of("password", "page.peb", "ca.pem")) {
      Path path = Files.writeString(folder.resolve(name), "text");
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
    }
    assertThat(Sidecar.objections(document, Sidecar.check(document)).toString())
        .contains("password\" can be", "page.peb\" can be", "ca.pem\" can be");
  }

  @Test
  void aNewConfigurationIsTakenUpAndWhatItDoesNotNameEnds() throws Exception {
    try (Sidecar sidecar = sidecar(file("one", "one"))) {
      write(broker, file("two", "two"));
      assertThat(sidecar.reload()).isEqualTo(Sidecar.Reload.IN_FORCE);
      assertThat(sidecar.awaitReady(LIMIT, () -> false)).isEmpty();
      assertThat(folder.resolve("two")).isNotEmptyFile();
      assertThat(sidecar.plan().credentials()).containsOnlyKeys("two");
    }
  }

  @Test
  void aBrokenConfigurationLeavesTheOldInForce() throws Exception {
    try (Sidecar sidecar = sidecar(file("one", "one"))) {
      write(broker, "- {name: two, to: {file: {path: two}}}\n");
      assertThat(sidecar.reload()).isEqualTo(Sidecar.Reload.BROKEN);
      assertThat(sidecar.notReady()).isEmpty();
      assertThat(sidecar.plan().credentials()).containsOnlyKeys("one");
      assertThat(folder.resolve("one")).isNotEmptyFile();
    }
  }

  @Test
  @Timeout(60)
  void aPipeInTheConfigurationsPlaceKeepsNobodyWaiting() throws Exception {
    Path document = folder.resolve("sidecar.yaml");
    try (Sidecar sidecar = sidecar(file("one", "one"))) {
      Files.delete(document);
      assertThat(new ProcessBuilder("mkfifo", document.toString()).start().waitFor()).isZero();
      assertThat(sidecar.reload()).isEqualTo(Sidecar.Reload.BROKEN);
      assertThat(sidecar.notReady()).isEmpty();
      new WatchedFile(document).look(() -> false);

      Files.delete(document);
      write(broker, file("two", "two"));
      assertThat(sidecar.reload()).isEqualTo(Sidecar.Reload.IN_FORCE);
    }
  }

  @Test
  void aConfigurationThatCannotBeBegunLeavesTheOldAtWork() throws Exception {
    int port = freePort();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Sidecar sidecar = sidecar(proxy(port, "one.example.org"))) {
      write(
          broker,
          proxy(port, "two.example.org")
              + proxy(taken.getLocalPort(), "three.example.org").replace("name: proxy", "name: b"));
      assertThat(sidecar.reload()).isEqualTo(Sidecar.Reload.NOT_BEGUN);
      assertThat(sidecar.notReady()).isEmpty();
      assertThat(accepts(port)).isTrue();
      assertThat(sidecar.plan().deliveries()).hasSize(1);
    }
  }

  @Test
  void aProxyThatChangesKeepsItsPort() throws Exception {
    int port = freePort();
    try (Sidecar sidecar = sidecar(proxy(port, "one.example.org"))) {
      write(broker, proxy(port, "two.example.org"));
      assertThat(sidecar.reload()).isEqualTo(Sidecar.Reload.IN_FORCE);
      assertThat(accepts(port)).isTrue();
      assertThat(sidecar.awaitReady(LIMIT, () -> false)).isEmpty();
    }
    assertThat(accepts(port)).isFalse();
  }

  @Test
  void anotherBrokerIsAskedForEverythingAtOnce() throws Exception {
    try (Sidecar sidecar = sidecar(file("one", "one"));
        FakeBroker other = new FakeBroker()) {
      Files.writeString(folder.resolve("bundle.pem"), other.pem());
      String before = Files.readString(folder.resolve("one"));
      write(other, file("one", "one"));
      assertThat(sidecar.reload()).isEqualTo(Sidecar.Reload.IN_FORCE);
      long end = System.nanoTime() + LIMIT.toNanos();
      while (Files.readString(folder.resolve("one")).equals(before) && System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      assertThat(Files.readString(folder.resolve("one"))).isNotEqualTo(before);
    }
  }

  @Test
  void moreCredentialsThanThreadsDoNotWaitForEachOther() throws Exception {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      many.append(file("file-" + i, "api-" + i));
    }
    try (Sidecar sidecar = sidecar(many.toString())) {
      assertThat(sidecar.plan().credentials()).hasSize(40);
      // none of the calls ran into its time limit, which starving threads would make them do
      assertThat(broker.requests).hasSize(40);
    }
  }

  @Test
  void aStartThatFailsLeavesNothingOpen() throws Exception {
    int port = freePort();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      write(
          broker,
          proxy(port, "one.example.org")
              + proxy(taken.getLocalPort(), "b.example.org").replace("name: proxy", "name: b"));
      assertThatThrownBy(
              () ->
                  Sidecar.start(
                      folder.resolve("sidecar.yaml"), null, threads, new SimpleMeterRegistry()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(Integer.toString(taken.getLocalPort()));
      assertThat(accepts(port)).isFalse();
    }
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5000);
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}

package io.mintmark.kubernetes.injector;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mintmark.api.Networks;
import io.mintmark.api.http.Connections;
import io.mintmark.api.http.Door;
import io.mintmark.spiffe.Certificates;
import io.mintmark.spiffe.Pki;
import io.mintmark.spiffe.ServerSuitesContract;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InjectorServerTest extends ServerSuitesContract {
  private static final String WANTED =
      "{\"mintmark.io/inject\": \"true\", \"mintmark.io/resource\":"
          + " \"https://ledger.example.org\"}";

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<String> missing = new ArrayList<>();

  @TempDir private Path folder;
  private InjectorServer server;
  private SSLContext trust;

  @BeforeEach
  void start() throws Exception {
    Instant now = Instant.now();
    Pki.Issued authority =
        Pki.authority("CN=authority")
            .valid(now.minusSeconds(60), now.plusSeconds(3600))
            .selfSigned();
    Pki.Issued own =
        Pki.leaf("spiffe://broker.example.org/ns/mintmark/sa/injector")
            .names(new GeneralName(GeneralName.dNSName, "localhost"))
            .valid(now.minusSeconds(60), now.plusSeconds(3600))
            .by(authority);
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "own", own.keys().getPrivate(), new char[0], new X509Certificate[] {own.certificate()});
    KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
    keys.init(store, new char[0]);
    KeyStore roots = KeyStore.getInstance("PKCS12");
    roots.load(null, null);
    roots.setCertificateEntry("authority", authority.certificate());
    TrustManagerFactory trusting = TrustManagerFactory.getInstance("PKIX");
    trusting.init(roots);
    trust = SSLContext.getInstance("TLS");
    trust.init(null, trusting.getTrustManagers(), null);
    Files.writeString(
        folder.resolve("authorities.pem"), Certificates.pem(List.of(authority.certificate())));
    String document =
        Pods.DOCUMENT.replace(
            "spec:\n", "spec:\n  listen: 127.0.0.1:0\n  health: {listen: 127.0.0.1:0}\n");
    server =
        InjectorServer.start(
            Pods.plan(folder, document),
            (X509KeyManager) keys.getKeyManagers()[0],
            () -> missing,
            meters,
            () -> "# metrics\n",
            InjectorServerTest::server,
            InjectorServerTest::server);
  }

  private static HttpServer server(
      Vertx vertx, HttpServerOptions options, Handler<HttpServerRequest> inside) {
    return new Door(
            vertx,
            new Connections(
                new Connections.Limits(1_000, 1_000, Duration.ofMinutes(1)), Networks.NONE),
            inside)
        .server(options);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  protected int port() {
    return server.port();
  }

  @Test
  void aReviewIsAnsweredOverEitherVersionOfHttp() throws Exception {
    for (HttpClient.Version version : HttpClient.Version.values()) {
      HttpResponse<String> answer = posted(version, HttpRequest.BodyPublishers.ofString(review()));
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("\"allowed\":true").contains("\"patch\":");
    }
    assertThat(meters.get("mintmark_injector_reviews").tag("outcome", "injected").counter().count())
        .isEqualTo(2);
  }

  @Test
  void whatIsNoReviewIsRefused() throws Exception {
    HttpResponse<String> answer =
        posted(HttpClient.Version.HTTP_2, HttpRequest.BodyPublishers.ofString("{}"));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("admission.k8s.io/v1");
    assertThat(raw("GET /inject HTTP/1.1\r\nHost: localhost\r\n\r\n")).startsWith("HTTP/1.1 405");
    assertThat(raw("POST /other HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"))
        .startsWith("HTTP/1.1 404");
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedBeforeItIsRead() throws Exception {
    assertThat(
            raw("POST /inject HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n"))
        .startsWith("HTTP/1.1 413");
    assertThat(
            raw(
                "POST /inject HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Length: 99999999999999999999\r\n\r\n"))
        .startsWith("HTTP/1.1 4");
  }

  @Test
  void aBodyWithoutLengthIsReadNoFurtherThanItMayGo() throws Exception {
    InputStream endless =
        new InputStream() {
          private long left = Webhook.MAX_BYTES + (1L << 20);

          @Override
          public int read() {
            return left-- > 0 ? ' ' : -1;
          }
        };
    HttpResponse<String> answer =
        posted(
            HttpClient.Version.HTTP_2,
            HttpRequest.BodyPublishers.fromPublisher(
                HttpRequest.BodyPublishers.ofInputStream(() -> endless)));
    assertThat(answer.statusCode()).isEqualTo(413);
  }

  @Test
  void halfSentLargeBodiesKeepNoOrdinaryPodOut() throws Exception {
    List<SSLSocket> held = new ArrayList<>();
    try {
      for (int i = 0; i < 10; i++) {
        SSLSocket socket = connected();
        held.add(socket);
        OutputStream out = socket.getOutputStream();
        int length = Webhook.MAX_BYTES - 1;
        out.write(
            ("POST /inject HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(new byte[length - 1]);
        out.flush();
      }
      while (meters.get("mintmark_injector_reviews").tag("outcome", "busy").counter().count() < 1) {
        Thread.onSpinWait();
      }
      assertThat(
              posted(HttpClient.Version.HTTP_2, HttpRequest.BodyPublishers.ofString(review()))
                  .statusCode())
          .isEqualTo(200);
    } finally {
      for (SSLSocket socket : held) {
        socket.close();
      }
    }
  }

  @Test
  void headsThatCostMoreThanTheirBytesAreRefused() throws Exception {
    String head = "POST /inject HTTP/1.1\r\nHost: localhost\r\n";
    assertThat(raw(head + "a:\r\n".repeat(3_900))).startsWith("HTTP/1.1 431");
    assertThat(raw(head + "a: b\r\n" + " \r\n".repeat(3_900))).startsWith("HTTP/1.1 400");
    assertThat(raw(head + "Content-Length: 0\r\nContent-Length: 2\r\n\r\n{}"))
        .startsWith("HTTP/1.1 400");
  }

  @Test
  void podsThatComeAtOnceNeedOneConnection() throws Exception {
    try (HttpClient client = HttpClient.newBuilder().sslContext(trust).build()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + "/inject"))
              .timeout(Duration.ofSeconds(60))
              .POST(HttpRequest.BodyPublishers.ofString(review()))
              .build();
      client.send(request, HttpResponse.BodyHandlers.discarding());
      // this client fails where a second connection would be needed
      List<CompletableFuture<HttpResponse<Void>>> answers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.discarding()));
      }
      for (CompletableFuture<HttpResponse<Void>> answer : answers) {
        assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void healthSaysWhatIsMissing() throws Exception {
    assertThat(looked("/q/health/ready").statusCode()).isEqualTo(200);
    missing.add("\"x\" cannot be read");
    HttpResponse<String> down = looked("/q/health/ready");
    assertThat(down.statusCode()).isEqualTo(503);
    assertThat(Pods.json(down.body()).path("why").asText()).isEqualTo("\"x\" cannot be read");
    assertThat(looked("/q/health/live").statusCode()).isEqualTo(200);
    assertThat(looked("/q/metrics").body()).isEqualTo("# metrics\n");
    assertThat(looked("/").statusCode()).isEqualTo(404);
  }

  private static String review() {
    return PodAdmissionTest.review("CREATE", Pods.pod(WANTED));
  }

  private HttpResponse<String> posted(HttpClient.Version version, HttpRequest.BodyPublisher body)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().sslContext(trust).version(version).build()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + "/inject"))
              .timeout(Duration.ofSeconds(60))
              .POST(body)
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private HttpResponse<String> looked(String path) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://localhost:" + server.healthPort() + path))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private SSLSocket connected() throws IOException {
    return (SSLSocket) trust.getSocketFactory().createSocket("localhost", server.port());
  }

  /** What is answered to a head, up to the end of the connection or as much as a head. */
  private String raw(String head) throws IOException {
    try (SSLSocket socket = connected()) {
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      byte[] answer = new byte[12];
      int read = new ByteArrayInputStream(socket.getInputStream().readNBytes(12)).read(answer);
      return new String(answer, 0, Math.max(0, read), StandardCharsets.US_ASCII);
    }
  }
}

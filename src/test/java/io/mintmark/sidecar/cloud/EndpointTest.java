package io.mintmark.sidecar.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mintmark.sidecar.Threads;
import io.mintmark.sidecar.files.StartSecret;
import io.mintmark.sidecar.plan.ListenAddress;
import io.mintmark.sidecar.proxy.RawUpstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The endpoint before callers who shall have nothing, and one who shall. */
class EndpointTest {
  private static final Instant UNTIL =
      Instant.now().plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.SECONDS);

  @TempDir Path temp;
  private final Threads threads = Threads.start(InstantSource.system());
  private final FakeToken token = new FakeToken();
  private final RawUpstream sts = new RawUpstream();
  private Path secretFile = Path.of("/");
  private EndpointDelivery endpoint =
      EndpointDelivery.of(
          plan("127.0.0.1", Path.of("/")), token.surroundings(threads, InstantSource.system()));

  EndpointTest() throws IOException {}

  private EndpointPlan plan(String host, Path authority) {
    return new EndpointPlan(
        "orders",
        new ListenAddress(host, 0),
        new StartSecret.Place(secretFile, null, false),
        new RolePlan(
            FakeToken.WANTED,
            RoleArn.parse(StsWords.ROLE),
            "orders-1",
            Duration.ofHours(1),
            URI.create("https://localhost:" + sts.port()),
            authority),
        "eu-west-1");
  }

  @BeforeEach
  void start() throws IOException {
    sts.answers =
        (request, socket) -> RawUpstream.say(socket, RawUpstream.ok(StsWords.session(UNTIL)));
    secretFile = Files.createDirectory(temp.resolve("aws")).resolve("authorization");
    endpoint = opened(plan("127.0.0.1", sts.authorityIn(temp)), Duration.ofSeconds(20));
    endpoint.start();
  }

  private EndpointDelivery opened(EndpointPlan plan, Duration caller) {
    return EndpointDelivery.of(
        plan,
        new EndpointDelivery.Limits(caller, Duration.ofSeconds(10)),
        token.surroundings(threads, InstantSource.system()));
  }

  @AfterEach
  void stop() throws IOException {
    endpoint.stop(Duration.ZERO);
    threads.close();
    sts.close();
  }

  private void giveToken() throws InterruptedException {
    token.become(FakeToken.ready("proof", Instant.now().plusSeconds(300)));
    for (int i = 0; i < 1000 && !endpoint.ready(); i++) {
      Thread.sleep(10);
    }
  }

  private String secret() throws IOException {
    return Files.readString(secretFile);
  }

  private String said(String request) throws IOException {
    try (Socket socket = connected()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Socket connected() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private String get(String... fields) throws IOException {
    return said(
        "GET /v1/credentials HTTP/1.1\r\nHost: 127.0.0.1:"
            + endpoint.port()
            + "\r\n"
            + String.join("\r\n", fields)
            + "\r\n\r\n");
  }

  private static void nothing(String answer, int status) {
    assertThat(answer)
        .startsWith("HTTP/1.1 " + status + " ")
        .doesNotContain("AccessKeyId")
        .doesNotContain("wJalr");
  }

  @Test
  void whoDoesNotKnowTheValueOfThisStartGetsNothing() throws Exception {
    giveToken();
    String secret = secret();
    nothing(get("Accept: */*"), 401);
    for (String wrong :
        List.of(
            "",
            "Bearer " + secret,
            secret.substring(1),
            secret.substring(0, 63),
            secret + "0",
            secret.toUpperCase(java.util.Locale.ROOT),
            "0".repeat(64),
            secret + ", " + secret)) {
      nothing(get("Authorization: " + wrong), 401);
    }
    nothing(get("Authorization: " + secret, "Authorization: " + secret), 401);
    nothing(get("X-Authorization: " + secret), 401);
    assertThat(token.count("requests", "outcome", "Unauthorized")).isEqualTo(11);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Origin: http://127.0.0.1",
        "Origin: null",
        "Referer: https://evil.example.org/",
        "sec-fetch-site: none",
        "Cookie: a=b",
        "X-Forwarded-For: 10.0.0.1",
        "Forwarded: for=10.0.0.1",
        "Via: 1.1 proxy"
      })
  void aPageOrAForwarderGetsNothingEvenWithTheValue(String field) throws Exception {
    giveToken();
    nothing(get("Authorization: " + secret(), field), 403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: evil.example.org",
        "Host: evil.example.org:%d",
        "Host: 127.0.0.1",
        "Host: 127.0.0.1:1",
        "Host: 127.0.0.1.nip.io:%d",
        "Host: localhost.:%d",
        "Host: 169.254.169.254",
        "Host: 127.0.0.1:%d\r\nHost: evil.example.org:%d",
        "Host:",
        "Accept: */*"
      })
  void aNameThatWasMadeToLeadHereGetsNothing(String host) throws Exception {
    giveToken();
    String field = host.replace("%d", Integer.toString(endpoint.port()));
    nothing(
        said(
            "GET /v1/credentials HTTP/1.1\r\n%s\r\nAuthorization: %s\r\n\r\n"
                .formatted(field, secret())),
        421);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /v1/credentials HTTP/1.1|405",
        "HEAD /v1/credentials HTTP/1.1|405",
        "OPTIONS /v1/credentials HTTP/1.1|405",
        "CONNECT 127.0.0.1:443 HTTP/1.1|405",
        "GET / HTTP/1.1|404",
        "GET /v1/credentials/ HTTP/1.1|404",
        "GET /v1/credentials?x HTTP/1.1|404",
        "GET //v1/credentials HTTP/1.1|404",
        "GET /v1/%63redentials HTTP/1.1|404",
        "GET http://127.0.0.1/v1/credentials HTTP/1.1|404",
        "GET /v1/credentials|400",
        "nonsense|400"
      })
  void anythingElseThanTheOneReadingIsRefused(String lineAndStatus) throws Exception {
    giveToken();
    String[] parts = lineAndStatus.split("\\|", -1);
    nothing(
        said(
            "%s\r\nHost: 127.0.0.1:%d\r\nAuthorization: %s\r\n\r\n"
                .formatted(parts[0], endpoint.port(), secret())),
        Integer.parseInt(parts[1]));
  }

  @Test
  void aBodyOrAHeadWithoutEndIsRefused() throws Exception {
    giveToken();
    nothing(get("Authorization: " + secret(), "Content-Length: 5") + "", 400);
    nothing(get("Authorization: " + secret(), "Transfer-Encoding: chunked"), 400);
    nothing(get("Authorization: " + secret(), "X: " + "x".repeat(20_000)), 400);
  }

  @Test
  void aCallerThatSaysNothingIsLetGo() throws Exception {
    endpoint.stop(Duration.ZERO);
    endpoint = opened(plan("127.0.0.1", sts.authorityIn(temp)), Duration.ofMillis(200));
    endpoint.start();
    try (Socket silent = connected()) {
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void aFloodOfConnectionsIsBounded() throws Exception {
    List<Socket> flood = new ArrayList<>();
    try {
      for (int i = 0; i < 64; i++) {
        flood.add(connected());
      }
      try (Socket oneMore = connected()) {
        assertThat(oneMore.getInputStream().read()).isEqualTo(-1);
      }
    } finally {
      for (Socket socket : flood) {
        socket.close();
      }
    }
  }

  @Test
  void itListensOnTheLoopbackOnly() {
    EndpointDelivery open = opened(plan("0.0.0.0", temp), Duration.ofSeconds(1));
    assertThatThrownBy(open::start)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not on the loopback");
  }

  @Test
  void theValueIsAnotherAtEachStartAndGoesWithIt() throws Exception {
    String first = secret();
    assertThat(first).matches("[0-9a-f]{64}");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secretFile)))
        .isEqualTo("rw-------");
    endpoint.stop(Duration.ZERO);
    assertThat(secretFile).doesNotExist();
    endpoint = opened(plan("127.0.0.1", sts.authorityIn(temp)), Duration.ofSeconds(20));
    endpoint.start();
    assertThat(secret()).isNotEqualTo(first);
  }

  @Test
  void anEndpointThatTookItsPlaceKeepsItsValue() throws Exception {
    EndpointDelivery next = opened(plan("127.0.0.1", sts.authorityIn(temp)), Duration.ofSeconds(1));
    next.start();
    String value = secret();
    endpoint.stop(Duration.ZERO);
    assertThat(secret()).isEqualTo(value);
    next.stop(Duration.ZERO);
    assertThat(secretFile).doesNotExist();
  }

  @Test
  void aFolderThatOthersCanWriteGetsNoValueAndThePortIsGivenBack() throws Exception {
    endpoint.stop(Duration.ZERO);
    Files.setPosixFilePermissions(
        temp.resolve("aws"), PosixFilePermissions.fromString("rwxrwxrwx"));
    EndpointDelivery refused = opened(plan("127.0.0.1", temp), Duration.ofSeconds(1));
    assertThatThrownBy(refused::start).hasMessageContaining("can be written by others");
    assertThat(refused.ready()).isFalse();
    assertThat(secretFile).doesNotExist();
  }

  @Test
  void anSdkFindsWhatItLooksFor() throws Exception {
    giveToken();
    String answer = get("Authorization: " + secret(), "Accept: application/json");
    assertThat(answer)
        .startsWith("HTTP/1.1 200 ")
        .containsIgnoringCase("content-type: application/json")
        .containsIgnoringCase("cache-control: no-store");
    JsonNode json = new ObjectMapper().readTree(answer.substring(answer.indexOf("\r\n\r\n")));
    assertThat(json.path("AccessKeyId").textValue()).isEqualTo("ASgeIAIOSFODNN7EXAMPLE");
    assertThat(json.path("SecretAccessKey").textValue())
        .isEqualTo("wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY");
    assertThat(json.path("Token").textValue())
        .isEqualTo("AQoDYXdzEE0a8ANXXXXXXXXNO1ewxE5TijQyp+IEXAMPLE");
    assertThat(json.path("Expiration").textValue()).isEqualTo(UNTIL.toString());
    assertThat(json.path("AccountId").textValue()).isEqualTo("123456789012");
  }

  @Test
  void withoutASessionTheErrorIsInTheSdksShape() throws Exception {
    String answer = get("Authorization: " + secret());
    nothing(answer, 503);
    assertThat(answer).contains("\"code\":\"CredentialsPending\"");
    token.lose("no-grant");
    assertThat(get("Authorization: " + secret()))
        .startsWith("HTTP/1.1 503 ")
        .contains("{\"code\":\"CredentialsUnavailable\",\"message\":\"no-grant: ");
    assertThat(endpoint.ready()).isFalse();
  }
}

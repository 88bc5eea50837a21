package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.cli.dev.DevAuthority;
import io.mintmark.wire.v1.Evidence;
import io.mintmark.wire.v1.ExchangeRequest;
import io.mintmark.workload.WorkloadId;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.ext.web.Router;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that no gRPC client would send get a refusal like any other. */
@QuarkusTest
@TestProfile(GrpcEdgeProfile.class)
class GrpcEdgeTest {
  private static final AtomicInteger ADDRESSES = new AtomicInteger();
  private static final int INVALID_ARGUMENT = 3;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final int UNIMPLEMENTED = 12;
  private static final int INTERNAL = 13;
  private static final String BUNDLES = "/mintmark.v1.Broker/StreamBundles";
  private static final byte[] NOTHING = {};

  @Inject Service service;
  @Inject Vertx vertx;
  @Inject Router router;
  private RawCall call;
  private String address;

  @BeforeEach
  void open() {
    call = new RawCall(vertx, service.setup().http().port());
    address = "192.0.2." + ADDRESSES.incrementAndGet();
  }

  @AfterEach
  void close() {
    call.close();
  }

  /** What is sent, and what it must come to. */
  record Hostile(String name, Map<String, String> headers, byte[] body, int status, String reason) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Hostile malformed(String name, byte[] body) {
    return new Hostile(name, Map.of(), body, INVALID_ARGUMENT, "request-malformed");
  }

  private static Hostile headed(String header, String value, int status) {
    return new Hostile(
        header + ": " + value, Map.of(header, value), good(), status, "request-malformed");
  }

  private static Hostile large(String name, byte[] body) {
    return new Hostile(name, Map.of(), body, INVALID_ARGUMENT, "request-too-large");
  }

  private static Hostile compressed(String name, String encoding, byte[] body) {
    return new Hostile(
        name, Map.of("grpc-encoding", encoding), body, UNIMPLEMENTED, "request-malformed");
  }

  static Stream<Hostile> hostile() throws IOException {
    return Stream.of(
        malformed("no message", NOTHING),
        malformed("one byte", bytes(0)),
        malformed("half a prefix", bytes(0, 0, 0)),
        malformed("a prefix alone", bytes(0, 0, 0, 0, 32)),
        malformed("a message cut off", bytes(0, 0, 0, 0, 32, 'a', 'b', 'c')),
        malformed("two messages", concat(good(), good())),
        malformed("a message and a byte", concat(good(), bytes(0))),
        malformed("a message and half of one", concat(good(), bytes(0, 0, 0, 0, 9, 1))),
        malformed("another flag", RawCall.frame(7, NOTHING)),
        malformed("all flags", RawCall.frame(255, NOTHING)),
        malformed("no protobuf", RawCall.frame(0, bytes(255, 255, 255, 255, 255))),
        malformed("tag zero", RawCall.frame(0, bytes(0, 0))),
        malformed("an end of no group", RawCall.frame(0, bytes(12))),
        malformed("a wire type that is none", RawCall.frame(0, bytes(15))),
        malformed("a field that is cut off", RawCall.frame(0, bytes(18, 100, 'a'))),
        malformed("a length below zero", RawCall.frame(0, bytes(18, 255, 255, 255, 255, 15))),
        malformed("a number without end", RawCall.frame(0, filled(20, 255))),
        malformed("a resource that is no UTF-8", RawCall.frame(0, bytes(18, 2, 255, 254))),
        malformed("a token that is no UTF-8", RawCall.frame(0, bytes(10, 4, 10, 2, 255, 254))),
        malformed("groups without end", RawCall.frame(0, filled(60_000, 0x0b))),
        malformed("the letter a", filled(1, 'a')),
        large("a length of 2 GiB", bytes(0, 127, 255, 255, 255, 'a')),
        large("a length below zero", bytes(0, 255, 255, 255, 255, 'a')),
        large("200 KiB", RawCall.frame(0, filled(200 * 1024, 'a'))),
        compressed("gzip that is none", "gzip", RawCall.frame(1, bytes('a'))),
        compressed("a bomb", "gzip", RawCall.frame(1, bomb())),
        compressed("an encoding for nothing", "gzip", good()),
        compressed("br", "br", RawCall.frame(1, bytes('a'))),
        compressed("deflate", "deflate", RawCall.frame(1, bytes('a'))),
        compressed("a list", "identity, gzip", good()),
        compressed("identity that is compressed", "identity", RawCall.frame(1, bomb())),
        new Hostile(
            "compressed by nothing",
            Map.of(),
            RawCall.frame(1, bytes('a')),
            UNIMPLEMENTED,
            "request-malformed"),
        headed("x-bin", "!!!", INVALID_ARGUMENT),
        headed("x-bin", "a", INVALID_ARGUMENT),
        headed("grpc-trace-bin", "%%%%", INVALID_ARGUMENT),
        headed("x!y", "a", INVALID_ARGUMENT),
        headed("x*-bin", "AAAA", INVALID_ARGUMENT),
        headed("grpc-timeout", "xx", INVALID_ARGUMENT),
        headed("grpc-timeout", "-1S", INVALID_ARGUMENT),
        headed("grpc-timeout", "99999999999999999999H", INVALID_ARGUMENT),
        headed("client-cert", "a", INVALID_ARGUMENT));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void whatIsMalformedIsRefusedWithAReasonAndARecord(Hostile hostile) throws Exception {
    for (String method :
        List.of(RawCall.EXCHANGE, "/mintmark.v1.Broker/IssueCertificate", BUNDLES)) {
      address = "192.0.2." + ADDRESSES.incrementAndGet() % 250;
      if (isOfExchangeAlone(hostile) && !method.equals(RawCall.EXCHANGE)) {
        continue;
      }
      RawCall.Answer answer = say(method, hostile.headers(), hostile.body());
      assertThat(answer.status()).as(method + " " + answer).isEqualTo(hostile.status());
      assertThat(answer.info().getReason()).isEqualTo(hostile.reason());
      assertThat(answer.info().getMetadataMap().get("decision_id")).hasSize(24);
      if (hostile.status() == UNIMPLEMENTED) {
        assertThat(answer.headers().get("grpc-accept-encoding")).isEqualTo("identity");
      }
    }
  }

  /** Their fields mean something else elsewhere. */
  private static boolean isOfExchangeAlone(Hostile hostile) {
    return hostile.name().contains("UTF-8") || hostile.name().contains("client-cert");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        RawCall.EXCHANGE,
        RawCall.WATCH,
        RawCall.REFLECTION,
        "/grpc.health.v1.Health/Check",
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
      })
  void noBytesMakeACallFailOrHang(String method) throws Exception {
    Random random = new Random(method.hashCode());
    List<byte[]> seeds = List.of(good(), RawCall.frame(0, NOTHING));
    for (int i = 0; i < 60; i++) {
      address = "198.51.100." + (i + 1);
      byte[] body =
          concat(seeds.get(i % 2).clone(), i % 3 == 0 ? bytes(random.nextInt(256)) : NOTHING);
      for (int flips = random.nextInt(4) + 1; flips > 0; flips--) {
        body[random.nextInt(body.length)] ^= (byte) (1 << random.nextInt(8));
      }
      if (method.equals(RawCall.WATCH) && Arrays.equals(body, RawCall.frame(0, NOTHING))) {
        continue;
      }
      RawCall.Answer answer = sayOrCancel(method, body);
      if (answer != null) {
        assertThat(answer.status())
            .as("%s, round %d: %s", method, i, answer)
            .isNotIn(-1, 2, INTERNAL);
      }
    }
  }

  /** Null where it was answered with a message and goes on. */
  private RawCall.Answer sayOrCancel(String method, byte[] body) throws Exception {
    HttpClientRequest request = call.open(method, from()).get(10, TimeUnit.SECONDS);
    CompletableFuture<RawCall.Answer> whole = new CompletableFuture<>();
    request
        .response()
        .onFailure(whole::completeExceptionally)
        .onSuccess(
            response -> {
              if (method.equals(RawCall.WATCH)) {
                response.handler(
                    message -> {
                      whole.complete(null);
                      request.reset(8);
                    });
              }
              response.endHandler(
                  end ->
                      whole.complete(
                          new RawCall.Answer(
                              response.statusCode(),
                              response.headers(),
                              response.trailers(),
                              Buffer.buffer())));
            });
    var _ = request.end(Buffer.buffer(body));
    return whole.get(10, TimeUnit.SECONDS);
  }

  @Test
  void whoeverSendsMalformedCallsPaysForThem() throws Exception {
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      statuses.add(say(RawCall.EXCHANGE, Map.of(), bytes(0, 0)).status());
    }
    assertThat(statuses).startsWith(INVALID_ARGUMENT).contains(RESOURCE_EXHAUSTED);
    assertThat(say(RawCall.EXCHANGE, Map.of(), good()).info().getReason())
        .isEqualTo("rate-limited");
    address = "203.0.113.1";
    assertThat(say(RawCall.EXCHANGE, Map.of(), good()).info().getReason())
        .isNotEqualTo("rate-limited");
  }

  @Test
  void malformedBytesEndAConversation() throws Exception {
    HttpClientRequest request = call.open(RawCall.REFLECTION, from()).get(10, TimeUnit.SECONDS);
    CompletableFuture<RawCall.Answer> answer = RawCall.answer(request);
    var _ = request.setChunked(true).write(Buffer.buffer(RawCall.frame(0, bytes(255, 255))));
    assertThat(answer.get(10, TimeUnit.SECONDS).status()).isEqualTo(INVALID_ARGUMENT);
    assertThat(answer.join().info().getReason()).isEqualTo("request-malformed");
  }

  @Test
  void aConversationGoesOnMessageByMessage() throws Exception {
    byte[] list = RawCall.frame(0, bytes(0x3a, 0));
    RawCall.Answer answer = say(RawCall.REFLECTION, Map.of(), concat(list, list));
    assertThat(answer.status()).isZero();
    String names = answer.body().toString();
    assertThat(names.split("mintmark.v1.Broker", -1)).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {RawCall.WATCH, RawCall.REFLECTION})
  void callsThatLastAreBoundedForOneAddress(String method) throws Exception {
    List<HttpClientRequest> open = new ArrayList<>();
    List<CompletableFuture<RawCall.Answer>> answers = new ArrayList<>();
    for (int i = 0; i < 41; i++) {
      HttpClientRequest request = call.open(method, from()).get(10, TimeUnit.SECONDS);
      answers.add(RawCall.answer(request));
      var _ = request.setChunked(true).write(Buffer.buffer(bytes(0)));
      open.add(request);
    }
    RawCall.Answer first =
        (RawCall.Answer)
            CompletableFuture.anyOf(answers.toArray(CompletableFuture[]::new))
                .get(10, TimeUnit.SECONDS);
    assertThat(first.status()).isEqualTo(RESOURCE_EXHAUSTED);
    assertThat(first.info().getReason()).isEqualTo("rate-limited");
    open.forEach(request -> request.reset(8));
  }

  @Test
  void bundleStreamsThatWereGivenUpTakeNoPlace() throws Exception {
    for (int i = 0; i < 110; i++) {
      HttpClientRequest request = call.open(BUNDLES, from()).get(10, TimeUnit.SECONDS);
      var _ = request.end(Buffer.buffer(RawCall.frame(0, NOTHING)));
      String status =
          request
              .response()
              .map(response -> response.getHeader("grpc-status"))
              .toCompletionStage()
              .toCompletableFuture()
              .get(10, TimeUnit.SECONDS);
      assertThat(status).as("stream %d", i).isNull();
      request.reset(8);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/grpcfoo",
        "application/grpc-web",
        "application/grpc-web+proto",
        "application/grpc-web-text",
        "application/grpc+json",
        "application/grpc;charset=x"
      })
  void whatIsNearlyGrpcIsNoGrpc(String type) throws Exception {
    RawCall.Answer answer = say(RawCall.EXCHANGE, Map.of("content-type", type), good());
    assertThat(answer.http()).isEqualTo(415);
    assertThat(answer.body().toJsonObject().getString("reason")).isEqualTo("request-malformed");
  }

  @Test
  void aFailureOfTheFrameworkIsToldInOurWords() throws Exception {
    router
        .route(RawCall.EXCHANGE)
        .order(-999_999)
        .handler(
            context -> {
              if (context.request().getHeader("x-fails") != null) {
                throw new IllegalStateException("secret");
              }
              context.next();
            });
    RawCall.Answer answer = say(RawCall.EXCHANGE, Map.of("x-fails", "1"), good());
    assertThat(answer.http()).isEqualTo(200);
    assertThat(answer.status()).isEqualTo(INTERNAL);
    assertThat(answer.toString()).doesNotContain("secret", "Error id");
  }

  @Test
  void aSoundCallIsServed() throws Exception {
    String svid =
        DevAuthority.open(EdgeProfile.DATA, InstantSource.system())
            .jwtSvid(
                WorkloadId.parse("spiffe://dev.mintmark/ns/payments/sa/orders"),
                EdgeProfile.ISSUER,
                Duration.ofMinutes(5));
    byte[] request =
        ExchangeRequest.newBuilder()
            .setEvidence(Evidence.newBuilder().setJwtSvid(svid))
            .setResource("https://ledger.example.org")
            .build()
            .toByteArray();
    for (String type : List.of("application/grpc", "application/grpc+proto")) {
      RawCall.Answer answer =
          say(
              RawCall.EXCHANGE,
              Map.of("content-type", type, "grpc-encoding", "identity", "x-bin", "AAEC"),
              RawCall.frame(0, request));
      assertThat(answer.status()).as(answer.toString()).isZero();
      assertThat(answer.body().toString()).contains("Bearer");
    }
  }

  private RawCall.Answer say(String path, Map<String, String> headers, byte[] body)
      throws Exception {
    Map<String, String> all = new java.util.HashMap<>(headers);
    all.putAll(from());
    return call.say(path, all, body);
  }

  private Map<String, String> from() {
    return Map.of("x-forwarded-for", address);
  }

  private static byte[] good() {
    return RawCall.frame(
        0,
        ExchangeRequest.newBuilder()
            .setEvidence(Evidence.newBuilder().setJwtSvid("a.b.c"))
            .setResource("https://ledger.example.org")
            .build()
            .toByteArray());
  }

  /** 64 MiB in 64 KiB. */
  private static byte[] bomb() throws IOException {
    ByteArrayOutputStream small = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(small)) {
      for (int i = 0; i < 64; i++) {
        out.write(new byte[1 << 20]);
      }
    }
    return small.toByteArray();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static byte[] concat(byte[] first, byte[] second) {
    return Buffer.buffer(first).appendBytes(second).getBytes();
  }
}

package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import io.mintmark.cli.ClientTls;
import io.mintmark.cli.dev.DevAuthority;
import io.mintmark.jose.Jws;
import io.mintmark.wire.v1.BrokerGrpc;
import io.mintmark.wire.v1.Evidence;
import io.mintmark.wire.v1.ExchangeRequest;
import io.mintmark.wire.v1.ExchangeResponse;
import io.mintmark.wire.v1.IssueCertificateRequest;
import io.mintmark.wire.v1.JwtSvidRequest;
import io.mintmark.wire.v1.MutualTls;
import io.mintmark.wire.v1.PlatformToken;
import io.mintmark.wire.v1.StreamBundlesRequest;
import io.mintmark.wire.v1.StreamBundlesResponse;
import io.mintmark.workload.WorkloadId;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Mutual TLS, HTTP/2 and gRPC on the one port. */
@QuarkusTest
@TestProfile(EdgeProfile.class)
class EdgeTlsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RESOURCE = "https://ledger.example.org";

  /** Long enough for one exchange on a busy machine. */
  private static final Duration SHORT = Duration.ofSeconds(10);

  private static final WorkloadId ORDERS =
      WorkloadId.parse("spiffe://dev.mintmark/ns/payments/sa/orders");

  @Inject Service service;
  private final List<ManagedChannel> channels = new ArrayList<>();

  @AfterEach
  void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }

  @Test
  void anX509SvidBecomesATokenBoundToIt() throws Exception {
    DevAuthority.X509Evidence svid = svid(Duration.ofMinutes(5));
    HttpResponse<String> answer = token(client(svid), ORDERS.uri());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
    JsonNode claims = claims(answer);
    assertThat(claims.path("cnf").path("x5t#S256").asText()).hasSize(43);
    assertThat(claims.path("sub").asText()).isEqualTo(ORDERS.uri());
  }

  @Test
  void aClientIdOfAnotherIsAMismatch() throws Exception {
    HttpResponse<String> answer =
        token(client(svid(Duration.ofMinutes(5))), "spiffe://dev.mintmark/ns/payments/sa/other");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(JSON.readTree(answer.body()).path("reason").asText()).isEqualTo("identity-mismatch");
  }

  @Test
  void anOpenConnectionDoesNotOutliveItsCertificate() throws Exception {
    DevAuthority.X509Evidence svid = svid(SHORT);
    HttpClient client = client(svid);
    assertThat(token(client, ORDERS.uri()).statusCode()).isEqualTo(200);
    awaitEnd(svid);
    HttpResponse<String> late = token(client, ORDERS.uri());
    assertThat(late.statusCode()).isEqualTo(401);
    assertThat(JSON.readTree(late.body()).path("reason").asText()).isEqualTo("evidence-expired");
  }

  /** SPIRE 1.14.3: a resumed session skipped the check of its chain. */
  @Test
  void aResumedSessionIsCheckedLikeAnyOther() throws Exception {
    DevAuthority.X509Evidence svid = svid(SHORT);
    var context =
        ClientTls.context(
            service.serverRoots(), new ClientTls.Identity(svid.chain(), svid.keys().getPrivate()));
    String request =
        "POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Type:"
            + " application/x-www-form-urlencoded\r\nConnection: close\r\nContent-Length: "
            + form(ORDERS.uri()).length()
            + "\r\n\r\n"
            + form(ORDERS.uri());
    assertThat(send(context, request)).contains("\"access_token\"");
    awaitEnd(svid);
    assertThat(send(context, request)).contains("evidence-expired");
  }

  @Test
  void aCertificateOfAStrangerGetsAnOrdinaryRefusal() throws Exception {
    WorkloadId stranger = WorkloadId.parse("spiffe://other.example/w");
    DevAuthority.X509Evidence svid =
        DevAuthority.open(EdgeProfile.DATA, InstantSource.system())
            .x509Svid(stranger, Duration.ofMinutes(5));
    HttpResponse<String> answer = token(client(svid), stranger.uri());
    assertThat(answer.statusCode()).isEqualTo(401);
    JsonNode body = JSON.readTree(answer.body());
    assertThat(body.path("reason").asText()).isEqualTo("trust-domain-not-trusted");
    assertThat(body.path("decision_id").asText()).isNotEmpty();
  }

  @Test
  void theServersCertificateEndsAtThePublishedRoots() throws Exception {
    HttpResponse<String> answer =
        client(null)
            .send(
                HttpRequest.newBuilder(service.setup().https().url("https").resolve("/oauth2/jwks"))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  void grpcExchangesJwtSvidsAndClientCertificates() throws Exception {
    ExchangeResponse response =
        stub(null)
            .exchange(
                ExchangeRequest.newBuilder()
                    .setEvidence(Evidence.newBuilder().setJwtSvid(jwtSvid()))
                    .setResource(RESOURCE)
                    .addScopes("ledger:read")
                    .build());
    assertThat(response.getTokenType()).isEqualTo("Bearer");
    assertThat(response.getScopesList()).containsExactly("ledger:read");
    assertThat(response.getDecisionId()).isNotEmpty();
    ExchangeResponse bound =
        stub(svid(Duration.ofMinutes(5)))
            .exchange(
                ExchangeRequest.newBuilder()
                    .setEvidence(Evidence.newBuilder().setX509Svid(MutualTls.getDefaultInstance()))
                    .setResource(RESOURCE)
                    .build());
    assertThat(Jws.parse(bound.getAccessToken(), 8192).claims().has("cnf")).isTrue();
  }

  @Test
  void grpcRefusalsSayWhyInTheirDetails() throws Exception {
    Status status =
        refused(
            ExchangeRequest.newBuilder()
                .setEvidence(Evidence.newBuilder().setJwtSvid("no token"))
                .setResource(RESOURCE)
                .build());
    assertThat(status.getCode()).isEqualTo(io.grpc.Status.Code.UNAUTHENTICATED.value());
    ErrorInfo info = info(status);
    assertThat(info.getReason()).isEqualTo("evidence-malformed");
    assertThat(info.getDomain()).isEqualTo("mintmark");
    assertThat(info.getMetadataMap()).containsKey("decision_id");
    assertThat(status.getDetailsList()).noneMatch(detail -> detail.is(RetryInfo.class));
  }

  @Test
  void grpcRequestsThatAreMalformedAreInvalidArguments() throws Exception {
    List<ExchangeRequest> malformed =
        List.of(
            ExchangeRequest.getDefaultInstance(),
            ExchangeRequest.newBuilder().setResource(RESOURCE).build(),
            base().build(),
            base().setResource(RESOURCE).addScopes("a b").build(),
            base().setResource(RESOURCE).addScopes("").build(),
            base().setResource("x".repeat(3000)).build(),
            base().setResource(RESOURCE).setLifetimeSeconds(-1).build(),
            base().setResource(RESOURCE).setLifetimeSeconds(Long.MAX_VALUE).build(),
            base().setJwtSvid(JwtSvidRequest.getDefaultInstance()).build(),
            base().setJwtSvid(JwtSvidRequest.newBuilder().addAudiences("")).build(),
            base()
                .setResource(RESOURCE)
                .setJwtSvid(JwtSvidRequest.newBuilder().addAudiences("a"))
                .build(),
            base().addScopes("a").setJwtSvid(JwtSvidRequest.newBuilder().addAudiences("a")).build(),
            ExchangeRequest.newBuilder()
                .setEvidence(
                    Evidence.newBuilder()
                        .setPlatformToken(
                            PlatformToken.newBuilder().setToken("T").setKind("nonsense")))
                .setResource(RESOURCE)
                .build());
    for (ExchangeRequest request : malformed) {
      assertThat(refused(request).getCode())
          .as(request.toString())
          .isEqualTo(io.grpc.Status.Code.INVALID_ARGUMENT.value());
    }
  }

  @Test
  void grpcTakesNoSpoofedCertificate() throws Exception {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("client-cert", Metadata.ASCII_STRING_MARSHALLER), ":MIIB:");
    BrokerGrpc.BrokerBlockingStub stub =
        stub(null).withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    try {
      stub.exchange(base().setResource(RESOURCE).build());
      throw new AssertionError("a spoofed header was let through");
    } catch (StatusRuntimeException refusal) {
      assertThat(refusal.getStatus().getCode()).isEqualTo(io.grpc.Status.Code.INVALID_ARGUMENT);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 16_000})
  void grpcCertificateRequestsThatAreNoneAreRefused(int length) throws Exception {
    try {
      stub(null)
          .issueCertificate(
              IssueCertificateRequest.newBuilder()
                  .setEvidence(Evidence.newBuilder().setJwtSvid(jwtSvid()))
                  .setCsr(com.google.protobuf.ByteString.copyFrom(new byte[length]))
                  .build());
      throw new AssertionError("a certificate was struck");
    } catch (StatusRuntimeException refusal) {
      Status status = StatusProto.fromThrowable(refusal);
      assertThat(info(status).getReason()).isEqualTo("csr-malformed");
    }
  }

  @Test
  void grpcMessagesHaveALimit() throws Exception {
    try {
      stub(null)
          .exchange(
              ExchangeRequest.newBuilder()
                  .setEvidence(Evidence.newBuilder().setJwtSvid("a".repeat(1 << 20)))
                  .build());
      throw new AssertionError("a megabyte was read");
    } catch (StatusRuntimeException refusal) {
      assertThat(refusal.getStatus().getCode())
          .isIn(
              io.grpc.Status.Code.RESOURCE_EXHAUSTED,
              io.grpc.Status.Code.CANCELLED,
              io.grpc.Status.Code.INVALID_ARGUMENT);
    }
  }

  @Test
  void bundlesAreStreamedFromTheStart() throws Exception {
    StreamBundlesResponse first =
        stub(null)
            .withDeadlineAfter(20, TimeUnit.SECONDS)
            .streamBundles(StreamBundlesRequest.getDefaultInstance())
            .next();
    assertThat(first.getBundlesMap()).containsOnlyKeys("dev.mintmark");
    assertThat(JSON.readTree(first.getBundlesMap().get("dev.mintmark").toByteArray()).path("keys"))
        .isNotEmpty();
  }

  @Test
  void bundlesAreStreamedToWhoeverProvesHimself() throws Exception {
    StreamBundlesRequest proven =
        StreamBundlesRequest.newBuilder()
            .setEvidence(Evidence.newBuilder().setJwtSvid(jwtSvid()))
            .build();
    StreamBundlesResponse first =
        stub(null).withDeadlineAfter(20, TimeUnit.SECONDS).streamBundles(proven).next();
    assertThat(first.getBundlesMap()).containsKey("dev.mintmark");
    for (String forged : java.util.List.of("a.b.c", jwtSvid() + "A", "")) {
      StreamBundlesRequest request =
          StreamBundlesRequest.newBuilder()
              .setEvidence(Evidence.newBuilder().setJwtSvid(forged))
              .build();
      assertThatThrownBy(
              () ->
                  stub(null).withDeadlineAfter(20, TimeUnit.SECONDS).streamBundles(request).next())
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              refusal ->
                  assertThat(refusal.getStatus().getCode())
                      .isEqualTo(io.grpc.Status.Code.UNAUTHENTICATED));
    }
    assertThatThrownBy(
            () ->
                stub(null)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .streamBundles(
                        StreamBundlesRequest.newBuilder()
                            .setEvidence(Evidence.getDefaultInstance())
                            .build())
                    .next())
        .hasMessageContaining("INVALID_ARGUMENT");
  }

  @Test
  void grpcHealthIsServed() throws Exception {
    HealthCheckResponse health =
        HealthGrpc.newBlockingStub(channel(null))
            .check(HealthCheckRequest.newBuilder().setService("mintmark.v1.Broker").build());
    assertThat(health.getStatus()).isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
  }

  private static ExchangeRequest.Builder base() throws Exception {
    return ExchangeRequest.newBuilder().setEvidence(Evidence.newBuilder().setJwtSvid(jwtSvid()));
  }

  private Status refused(ExchangeRequest request) throws Exception {
    try {
      stub(null).exchange(request);
      throw new AssertionError("a credential was struck");
    } catch (StatusRuntimeException refusal) {
      return StatusProto.fromThrowable(refusal);
    }
  }

  private static ErrorInfo info(Status status) throws Exception {
    for (com.google.protobuf.Any detail : status.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        return detail.unpack(ErrorInfo.class);
      }
    }
    throw new AssertionError("no ErrorInfo in " + status);
  }

  private BrokerGrpc.BrokerBlockingStub stub(DevAuthority.X509Evidence svid) throws Exception {
    return BrokerGrpc.newBlockingStub(channel(svid));
  }

  private ManagedChannel channel(DevAuthority.X509Evidence svid) throws Exception {
    var ssl =
        GrpcSslContexts.forClient()
            .trustManager(service.serverRoots().toArray(X509Certificate[]::new));
    if (svid != null) {
      ssl.keyManager(svid.keys().getPrivate(), svid.chain());
    }
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("localhost", service.setup().https().port())
            .sslContext(ssl.build())
            .build();
    channels.add(channel);
    return channel;
  }

  private static void awaitEnd(DevAuthority.X509Evidence svid) throws InterruptedException {
    Instant end = svid.chain().getFirst().getNotAfter().toInstant().plusSeconds(1);
    TimeUnit.MILLISECONDS.sleep(
        Math.max(0, Duration.between(InstantSource.system().instant(), end).toMillis()));
  }

  private HttpClient client(DevAuthority.X509Evidence svid) throws Exception {
    return HttpClient.newBuilder()
        .sslContext(
            ClientTls.context(
                service.serverRoots(),
                svid == null
                    ? null
                    : new ClientTls.Identity(svid.chain(), svid.keys().getPrivate())))
        .build();
  }

  private String send(javax.net.ssl.SSLContext context, String request) throws Exception {
    try (SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket("localhost", service.setup().https().port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes());
      return new String(socket.getInputStream().readAllBytes());
    }
  }

  private HttpResponse<String> token(HttpClient client, String clientId) throws Exception {
    return client.send(
        HttpRequest.newBuilder(service.setup().https().url("https").resolve("/oauth2/token"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form(clientId)))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static String form(String clientId) {
    return "grant_type=client_credentials&client_id=" + clientId + "&resource=" + RESOURCE;
  }

  private static JsonNode claims(HttpResponse<String> answer) throws Exception {
    return Jws.parse(JSON.readTree(answer.body()).path("access_token").asText(), 8192).claims();
  }

  private static DevAuthority.X509Evidence svid(Duration lifetime) throws Exception {
    return DevAuthority.open(EdgeProfile.DATA, InstantSource.system()).x509Svid(ORDERS, lifetime);
  }

  private static String jwtSvid() throws Exception {
    return DevAuthority.open(EdgeProfile.DATA, InstantSource.system())
        .jwtSvid(ORDERS, EdgeProfile.ISSUER, Duration.ofMinutes(5));
  }
}

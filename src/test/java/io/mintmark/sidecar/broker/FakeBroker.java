package io.mintmark.sidecar.broker;

import com.google.protobuf.Any;
import com.google.rpc.Code;
import io.grpc.Grpc;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import io.mintmark.jose.Crypto;
import io.mintmark.jose.Jws;
import io.mintmark.spiffe.Bundle;
import io.mintmark.spiffe.Certificates;
import io.mintmark.spiffe.Pki;
import io.mintmark.wire.v1.BrokerGrpc;
import io.mintmark.wire.v1.ExchangeRequest;
import io.mintmark.wire.v1.ExchangeResponse;
import io.mintmark.wire.v1.IssueCertificateRequest;
import io.mintmark.wire.v1.IssueCertificateResponse;
import io.mintmark.wire.v1.Refusal;
import io.mintmark.wire.v1.StreamBundlesRequest;
import io.mintmark.wire.v1.StreamBundlesResponse;
import io.mintmark.workload.SignatureAlgorithm;
import io.mintmark.workload.TrustDomain;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;

/** A broker that answers what a test wants, over real gRPC and TLS. */
public final class FakeBroker implements AutoCloseable {
  /** The trust domain of what it strikes. */
  public static final TrustDomain DOMAIN = new TrustDomain("prod.example.org");

  /** The workload that all is struck for. */
  public static final String WORKLOAD = "spiffe://prod.example.org/orders";

  /** What is asked of it, in order. */
  public final List<Object> requests = new CopyOnWriteArrayList<>();

  /** The client certificate of the last call; null for none. */
  public volatile @Nullable X509Certificate shown;

  public volatile Function<ExchangeRequest, ExchangeResponse> exchange = this::token;
  public volatile Function<IssueCertificateRequest, IssueCertificateResponse> issue =
      this::certificate;
  public volatile Duration life = Duration.ofMinutes(5);

  private final Pki.Issued authority;
  private final KeyPair tokenKeys = Crypto.generate(SignatureAlgorithm.ES256);
  private final List<StreamObserver<StreamBundlesResponse>> streams = new CopyOnWriteArrayList<>();
  private volatile StreamBundlesResponse bundles;
  private final Server server;

  public FakeBroker() throws IOException {
    this("spiffe://prod.example.org/mintmark/broker");
  }

  /**
   * @param identity the SPIFFE ID that its certificate shows
   */
  public FakeBroker(String identity) throws IOException {
    this(identity, "localhost");
  }

  /**
   * @param host the DNS name that its certificate shows beside the SPIFFE ID
   */
  public FakeBroker(String identity, String host) throws IOException {
    Instant now = Instant.now();
    authority =
        Pki.authority("CN=authority")
            .uris("spiffe://prod.example.org")
            .valid(now.minusSeconds(60), now.plus(Duration.ofHours(2)))
            .selfSigned();
    Pki.Issued own =
        Pki.leaf(identity)
            .names(
                new GeneralName(GeneralName.uniformResourceIdentifier, identity),
                new GeneralName(GeneralName.dNSName, host))
            .valid(now.minusSeconds(60), now.plus(Duration.ofHours(1)))
            .by(authority);
    bundles =
        StreamBundlesResponse.newBuilder()
            .putBundles(DOMAIN.name(), com.google.protobuf.ByteString.copyFrom(bundle().toJson()))
            .build();
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sslContext(
                GrpcSslContexts.configure(
                        io.netty.handler.ssl.SslContextBuilder.forServer(
                            own.keys().getPrivate(), own.certificate()),
                        SslProvider.JDK)
                    .clientAuth(ClientAuth.OPTIONAL)
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .build())
            .addService(new Calls())
            .intercept(new Certificate())
            .build()
            .start();
  }

  public URI address() {
    return URI.create("https://localhost:" + server.getPort());
  }

  public Bundle bundle() {
    return new Bundle(DOMAIN, List.of(authority.certificate()), List.of(), null, null);
  }

  public X509Certificate authority() {
    return authority.certificate();
  }

  /** The authorities in PEM. */
  public String pem() {
    return Certificates.pem(List.of(authority.certificate()));
  }

  /** Sends these bundles to all who listen and to who comes. */
  public void send(StreamBundlesResponse next) {
    bundles = next;
    streams.forEach(stream -> stream.onNext(next));
  }

  /** Ends all streams of bundles with an error. */
  public void breakStreams() {
    List<StreamObserver<StreamBundlesResponse>> all = new ArrayList<>(streams);
    streams.clear();
    all.forEach(stream -> stream.onError(io.grpc.Status.UNAVAILABLE.asRuntimeException()));
  }

  /** Waits until somebody listens for bundles. */
  public void awaitStream() throws InterruptedException {
    for (int i = 0; i < 600 && streams.isEmpty(); i++) {
      Thread.sleep(100);
    }
  }

  public int streams() {
    return streams.size();
  }

  /** An access token or a JWT-SVID as asked for. */
  public ExchangeResponse token(ExchangeRequest request) {
    List<String> audiences =
        request.hasJwtSvid()
            ? request.getJwtSvid().getAudiencesList()
            : List.of(request.getResource());
    return token(WORKLOAD, audiences, Instant.now().plus(life)).toBuilder()
        .addAllScopes(request.getScopesList())
        .build();
  }

  public ExchangeResponse token(String subject, List<String> audiences, Instant expiresAt) {
    String claims =
        "{\"sub\":\"%s\",\"aud\":[%s],\"exp\":%d,\"jti\":\"%d\"}"
            .formatted(
                subject,
                String.join(",", audiences.stream().map(each -> "\"" + each + "\"").toList()),
                expiresAt.getEpochSecond(),
                requests.size());
    byte[] key = claims.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    return ExchangeResponse.newBuilder()
        .setAccessToken(Tokens.signed(tokenKeys, key))
        .setDecisionId("d" + requests.size())
        .build();
  }

  /** A certificate as asked for. */
  public IssueCertificateResponse certificate(IssueCertificateRequest request) {
    return certificate(request, WORKLOAD, Instant.now().plus(life));
  }

  public IssueCertificateResponse certificate(
      IssueCertificateRequest request, String id, Instant end) {
    try {
      PKCS10CertificationRequest csr =
          new PKCS10CertificationRequest(request.getCsr().toByteArray());
      X509Certificate leaf =
          Pki.leaf(id)
              .publicKey(new JcaPKCS10CertificationRequest(csr).getPublicKey())
              .valid(Instant.now().minusSeconds(30), end)
              .by(authority)
              .certificate();
      return IssueCertificateResponse.newBuilder()
          .setCertificateChain(Certificates.pem(List.of(leaf)))
          .setTrustBundle(pem())
          .setSpiffeId(id)
          .setExpiresAt(end.getEpochSecond())
          .setDecisionId("d" + requests.size())
          .build();
    } catch (IOException | java.security.GeneralSecurityException malformed) {
      throw new IllegalStateException(malformed);
    }
  }

  /** What the broker says when it refuses. */
  public static StatusRuntimeException refusal(Code code, String reason, long retryAfter) {
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(code.getNumber())
            .setMessage("no")
            .addDetails(
                Any.pack(
                    Refusal.newBuilder()
                        .setReason(reason)
                        .setDecisionId("refused-1")
                        .setRetryAfterSeconds(retryAfter)
                        .build()))
            .build());
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** Signs claims. */
  private static final class Tokens {
    static String signed(KeyPair keys, byte[] claims) {
      try {
        com.fasterxml.jackson.databind.ObjectMapper json =
            new com.fasterxml.jackson.databind.ObjectMapper();
        java.util.Base64.Encoder encoder = java.util.Base64.getUrlEncoder().withoutPadding();
        String header =
            encoder.encodeToString(
                json.writeValueAsBytes(java.util.Map.of("alg", "ES256", "kid", "1")));
        String signed = header + "." + encoder.encodeToString(claims);
        byte[] signature =
            Crypto.sign(
                SignatureAlgorithm.ES256,
                keys.getPrivate(),
                signed.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        String token = signed + "." + encoder.encodeToString(signature);
        Jws.parse(token, 1 << 20);
        return token;
      } catch (Exception impossible) {
        throw new IllegalStateException(impossible);
      }
    }
  }

  private final class Calls extends BrokerGrpc.BrokerImplBase {
    @Override
    public void exchange(ExchangeRequest request, StreamObserver<ExchangeResponse> answer) {
      requests.add(request);
      try {
        answer.onNext(exchange.apply(request));
        answer.onCompleted();
      } catch (StatusRuntimeException refused) {
        answer.onError(refused);
      }
    }

    @Override
    public void issueCertificate(
        IssueCertificateRequest request, StreamObserver<IssueCertificateResponse> answer) {
      requests.add(request);
      try {
        answer.onNext(issue.apply(request));
        answer.onCompleted();
      } catch (StatusRuntimeException refused) {
        answer.onError(refused);
      }
    }

    @Override
    public void streamBundles(
        StreamBundlesRequest request, StreamObserver<StreamBundlesResponse> answer) {
      streams.add(answer);
      answer.onNext(bundles);
    }
  }

  private final class Certificate implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, io.grpc.Metadata headers, ServerCallHandler<Q, A> next) {
      try {
        var session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        shown = session == null ? null : (X509Certificate) session.getPeerCertificates()[0];
      } catch (SSLPeerUnverifiedException none) {
        shown = null;
      }
      return next.startCall(call, headers);
    }
  }
}

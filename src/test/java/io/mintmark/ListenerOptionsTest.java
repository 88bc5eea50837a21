package io.mintmark;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.api.http.Seldom;
import io.mintmark.jose.Crypto;
import io.mintmark.keys.TestRing;
import io.mintmark.spiffe.ServerSuitesContract;
import io.mintmark.workload.SignatureAlgorithm;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.RSAPublicKeySpec;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ListenerOptionsTest extends ServerSuitesContract {
  private final Vertx vertx = Vertx.vertx();
  private HttpServer server;

  @BeforeEach
  void listen() throws Exception {
    ServerTls tls =
        ServerTls.own(
            new TestRing().ring(),
            List.of("localhost"),
            InstantSource.fixed(TestRing.START),
            new Seldom(() -> 0, line -> {}));
    server =
        vertx
            .createHttpServer(ListenerOptions.https(new Listen("127.0.0.1", 0, false), tls))
            .requestHandler(request -> request.response().end())
            .listen()
            .toCompletionStage()
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  /** Whoever has a short private exponent signs at little cost what takes long to verify. */
  @Test
  void aClientsKeyThatTlsWouldTakeLongToVerifyByEndsTheHandshake() throws Exception {
    BigInteger modulus = BigInteger.ONE.shiftLeft(3071).add(BigInteger.ONE);
    X509Certificate usual = certificate(modulus, BigInteger.valueOf(65537));
    X509Certificate dear = certificate(modulus, BigInteger.ONE.shiftLeft(64).add(BigInteger.ONE));
    var trust = (X509ExtendedTrustManager) ListenerOptions.anyClient();
    X509Certificate[] chain = {usual, dear};
    assertThatCode(() -> trust.checkClientTrusted(chain, "RSA")).doesNotThrowAnyException();
    X509Certificate[] costly = {dear};
    assertThatThrownBy(() -> trust.checkClientTrusted(costly, "RSA", (SSLEngine) null))
        .isInstanceOf(CertificateException.class);
  }

  private static X509Certificate certificate(BigInteger modulus, BigInteger exponent)
      throws Exception {
    PublicKey key =
        KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
    KeyPair issuer = Crypto.generate(SignatureAlgorithm.ES256);
    X500Name name = new X500Name("CN=a");
    byte[] der =
        new JcaX509v3CertificateBuilder(
                name,
                BigInteger.ONE,
                Date.from(TestRing.START),
                Date.from(TestRing.START.plusSeconds(60)),
                name,
                key)
            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.getPrivate()))
            .getEncoded();
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  @Override
  protected int port() {
    return server.actualPort();
  }
}

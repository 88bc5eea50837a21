package io.mintmark.cli.bench;

import com.google.protobuf.ByteString;
import io.mintmark.jose.Crypto;
import io.mintmark.wire.v1.BrokerGrpc;
import io.mintmark.wire.v1.Evidence;
import io.mintmark.wire.v1.ExchangeRequest;
import io.mintmark.wire.v1.ExchangeResponse;
import io.mintmark.wire.v1.IssueCertificateRequest;
import io.mintmark.wire.v1.IssueCertificateResponse;
import io.mintmark.wire.v1.JwtSvidRequest;
import io.mintmark.workload.SignatureAlgorithm;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * Requests, one proof in each, as bytes of HTTP and as calls of gRPC. They are made in turn, and
 * begin anew at the end.
 */
final class Questions {
  /** Certificate requests take long to make, and a broker remembers none. */
  private static final int MOST_CSRS = 10_000;

  private final What what;
  private final List<byte[]> proofs;

  /** PKCS #10 in DER; empty where none is asked with. */
  private final List<byte[]> csrs;

  private final byte[] head;
  private final byte[] before;
  private int next;

  private Questions(What what, List<byte[]> proofs, List<byte[]> csrs) {
    this.what = what;
    this.proofs = proofs;
    this.csrs = csrs;
    this.head = ascii(head(what));
    this.before = ascii(before(what));
  }

  static Questions of(What what, List<byte[]> proofs) throws IOException {
    return new Questions(
        what,
        proofs,
        what == What.CERTIFICATE ? csrs(Math.min(MOST_CSRS, proofs.size())) : List.of());
  }

  /** How many are unlike each other. */
  int distinct() {
    return proofs.size();
  }

  /** Writes the next one, of HTTP/1.1. */
  void writeNext(ByteBuf out) {
    byte[] proof = proofs.get(next % proofs.size());
    byte[] after = after();
    advance();
    out.writeBytes(head)
        .writeBytes(ascii(Integer.toString(before.length + proof.length + after.length)))
        .writeBytes(ascii("\r\n\r\n"))
        .writeBytes(before)
        .writeBytes(proof)
        .writeBytes(after);
  }

  /** Calls with the next one. */
  void callNext(BrokerGrpc.BrokerStub broker, Caller.Ended ended) {
    Evidence evidence =
        Evidence.newBuilder()
            .setJwtSvidBytes(ByteString.copyFrom(proofs.get(next % proofs.size())))
            .build();
    int csr = csrs.isEmpty() ? 0 : next % csrs.size();
    advance();
    switch (what) {
      case TOKEN ->
          broker.exchange(
              ExchangeRequest.newBuilder()
                  .setEvidence(evidence)
                  .setResource(OwnBroker.AUDIENCE)
                  .build(),
              new GrpcCaller.Answer<ExchangeResponse>(ended));
      case JWT_SVID ->
          broker.exchange(
              ExchangeRequest.newBuilder()
                  .setEvidence(evidence)
                  .setJwtSvid(JwtSvidRequest.newBuilder().addAudiences(OwnBroker.AUDIENCE))
                  .build(),
              new GrpcCaller.Answer<ExchangeResponse>(ended));
      case CERTIFICATE ->
          broker.issueCertificate(
              IssueCertificateRequest.newBuilder()
                  .setEvidence(evidence)
                  .setCsr(ByteString.copyFrom(csrs.get(csr)))
                  .build(),
              new GrpcCaller.Answer<IssueCertificateResponse>(ended));
    }
  }

  private void advance() {
    next = next == Integer.MAX_VALUE ? 0 : next + 1;
  }

  private static String head(What what) {
    return switch (what) {
          case TOKEN ->
              "POST /oauth2/token HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded";
          case CERTIFICATE -> "POST /v1/certificates HTTP/1.1\r\nContent-Type: application/json";
          case JWT_SVID -> "POST /v1/exchange HTTP/1.1\r\nContent-Type: application/json";
        }
        + "\r\nHost: localhost\r\nAccept: application/json\r\nContent-Length: ";
  }

  private static String before(What what) {
    return switch (what) {
      case TOKEN ->
          "grant_type=client_credentials&client_assertion_type="
              + encoded("urn:ietf:params:oauth:client-assertion-type:jwt-spiffe")
              + "&resource="
              + encoded(OwnBroker.AUDIENCE)
              + "&client_assertion=";
      case CERTIFICATE -> "{\"evidence\":{\"kind\":\"jwt-svid\",\"token\":\"";
      case JWT_SVID ->
          "{\"credential\":{\"jwt_svid\":{\"audiences\":[\""
              + OwnBroker.AUDIENCE
              + "\"]}},\"evidence\":{\"kind\":\"jwt-svid\",\"token\":\"";
    };
  }

  private byte[] after() {
    return switch (what) {
      case TOKEN -> new byte[0];
      case JWT_SVID -> ascii("\"}}");
      case CERTIFICATE ->
          ascii(
              "\"},\"csr\":\""
                  + Base64.getEncoder().encodeToString(csrs.get(next % csrs.size()))
                  + "\"}");
    };
  }

  private static List<byte[]> csrs(int count) throws IOException {
    List<byte[]> made = new ArrayList<>(count);
    try {
      for (int i = 0; i < count; i++) {
        KeyPair keys = Crypto.generate(SignatureAlgorithm.ES256);
        made.add(
            new JcaPKCS10CertificationRequestBuilder(new X500Principal(""), keys.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
                .getEncoded());
      }
    } catch (OperatorCreationException failed) {
      throw new IOException("no certificate request could be signed", failed);
    }
    return made;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.US_ASCII);
  }
}

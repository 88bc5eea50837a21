package io.mintmark.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.mintmark.cli.bench.load.Caller;
import io.mintmark.cli.bench.load.CertificateRequests;
import io.mintmark.cli.bench.load.Credentials;
import io.mintmark.cli.bench.load.HttpOperation;
import io.mintmark.cli.bench.load.What;
import io.mintmark.wire.v1.BrokerGrpc;
import io.mintmark.wire.v1.Evidence;
import io.mintmark.wire.v1.ExchangeRequest;
import io.mintmark.wire.v1.ExchangeResponse;
import io.mintmark.wire.v1.IssueCertificateRequest;
import io.mintmark.wire.v1.IssueCertificateResponse;
import io.mintmark.wire.v1.JwtSvidRequest;
import io.mintmark.wire.v1.MutualTls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Requests to the broker, one proof in each, as bytes of HTTP and as calls of gRPC. They are made
 * in turn, and begin anew at the end.
 */
final class Questions implements HttpOperation {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOKEN = "access_token";
  private static final String CHAIN = "certificate_chain";

  private final What what;

  /** Empty where the client certificate of the connection is the proof. */
  private final List<byte[]> proofs;

  /** PKCS #10 in DER; empty where none is asked with. */
  private final List<byte[]> csrs;

  private final Credentials credentials;
  private final byte[] head;
  private final byte[] before;
  private int next;

  private Questions(What what, List<byte[]> proofs, List<byte[]> csrs) {
    this.what = what;
    this.proofs = proofs;
    this.csrs = csrs;
    this.credentials = new Credentials(what);
    this.head = ascii(head());
    this.before = ascii(before());
  }

  static Questions of(What what, List<byte[]> proofs) throws IOException {
    return new Questions(what, proofs, csrs(what, proofs.size()));
  }

  /** Those whose proof is the client certificate of the connection that they are asked on. */
  static Questions byCertificate(What what) throws IOException {
    return new Questions(what, List.of(), csrs(what, CertificateRequests.MOST));
  }

  private static List<byte[]> csrs(What what, int count) throws IOException {
    return what == What.CERTIFICATE
        ? CertificateRequests.unnamed(Math.min(CertificateRequests.MOST, count))
        : List.of();
  }

  @Override
  public void begin(ByteBuf out) {
    byte[] proof = proofs.isEmpty() ? new byte[0] : proofs.get(next % proofs.size());
    byte[] after = after();
    advance();
    out.writeBytes(head)
        .writeBytes(ascii(Integer.toString(before.length + proof.length + after.length)))
        .writeBytes(ascii("\r\n\r\n"))
        .writeBytes(before)
        .writeBytes(proof)
        .writeBytes(after);
  }

  @Override
  public Next after(int step, ByteBuf body) {
    return new Over(
        credentials.wrong(
            body.readableBytes(),
            () -> {
              try {
                JsonNode answer = JSON.readTree(new ByteBufInputStream(body));
                return ascii(answer.path(what == What.CERTIFICATE ? CHAIN : TOKEN).asText());
              } catch (IOException unreadable) {
                return new byte[0];
              }
            }));
  }

  /** Calls with the next one. */
  void callNext(BrokerGrpc.BrokerStub broker, Caller.Ended ended) {
    Evidence.Builder evidence = Evidence.newBuilder();
    if (proofs.isEmpty()) {
      evidence.setX509Svid(MutualTls.getDefaultInstance());
    } else {
      evidence.setJwtSvidBytes(ByteString.copyFrom(proofs.get(next % proofs.size())));
    }
    int csr = csrs.isEmpty() ? 0 : next % csrs.size();
    advance();
    switch (what) {
      case TOKEN ->
          broker.exchange(
              ExchangeRequest.newBuilder()
                  .setEvidence(evidence)
                  .setResource(OwnBroker.AUDIENCE)
                  .build(),
              new GrpcCaller.Answer<ExchangeResponse>(ended, this::wrong));
      case JWT_SVID ->
          broker.exchange(
              ExchangeRequest.newBuilder()
                  .setEvidence(evidence)
                  .setJwtSvid(JwtSvidRequest.newBuilder().addAudiences(OwnBroker.AUDIENCE))
                  .build(),
              new GrpcCaller.Answer<ExchangeResponse>(ended, this::wrong));
      case CERTIFICATE ->
          broker.issueCertificate(
              IssueCertificateRequest.newBuilder()
                  .setEvidence(evidence)
                  .setCsr(ByteString.copyFrom(csrs.get(csr)))
                  .build(),
              new GrpcCaller.Answer<IssueCertificateResponse>(ended, this::wrong));
    }
  }

  private @Nullable String wrong(ExchangeResponse answer) {
    return credentials.wrong(answer.getSerializedSize(), () -> ascii(answer.getAccessToken()));
  }

  private @Nullable String wrong(IssueCertificateResponse answer) {
    return credentials.wrong(answer.getSerializedSize(), () -> ascii(answer.getCertificateChain()));
  }

  private void advance() {
    next = next == Integer.MAX_VALUE ? 0 : next + 1;
  }

  private boolean isForm() {
    return what == What.TOKEN && !proofs.isEmpty();
  }

  private String head() {
    String target =
        switch (what) {
          case TOKEN -> isForm() ? "/oauth2/token" : "/v1/exchange";
          case CERTIFICATE -> "/v1/certificates";
          case JWT_SVID -> "/v1/exchange";
        };
    return "POST "
        + target
        + " HTTP/1.1\r\nContent-Type: "
        + (isForm() ? "application/x-www-form-urlencoded" : "application/json")
        + "\r\nHost: localhost\r\nAccept: application/json\r\nContent-Length: ";
  }

  private String before() {
    if (isForm()) {
      return "grant_type=client_credentials&client_assertion_type="
          + encoded("urn:ietf:params:oauth:client-assertion-type:jwt-spiffe")
          + "&resource="
          + encoded(OwnBroker.AUDIENCE)
          + "&client_assertion=";
    }
    String asked =
        switch (what) {
          case TOKEN -> "\"resource\":\"" + OwnBroker.AUDIENCE + "\",";
          case CERTIFICATE -> "";
          case JWT_SVID ->
              "\"credential\":{\"jwt_svid\":{\"audiences\":[\"" + OwnBroker.AUDIENCE + "\"]}},";
        };
    String evidence = proofs.isEmpty() ? "\"x509-svid" : "\"jwt-svid\",\"token\":\"";
    return "{" + asked + "\"evidence\":{\"kind\":" + evidence;
  }

  private byte[] after() {
    if (isForm()) {
      return new byte[0];
    }
    return csrs.isEmpty()
        ? ascii("\"}}")
        : ascii(
            "\"},\"csr\":\""
                + Base64.getEncoder().encodeToString(csrs.get(next % csrs.size()))
                + "\"}");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.US_ASCII);
  }
}

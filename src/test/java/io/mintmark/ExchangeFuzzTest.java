package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.mintmark.api.grpc.Dial;
import io.mintmark.api.http.HttpAnswer;
import io.mintmark.jose.Jws;
import io.mintmark.spiffe.Certificates;
import io.mintmark.wire.v1.ExchangeResponse;
import io.mintmark.wire.v1.IssueCertificateResponse;
import io.mintmark.workload.Reason;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Requests of any bytes to a whole broker. Whatever they are, they are answered; nothing is minted
 * but for a workload whose own proof is in the request unchanged, no more than it was granted, and
 * on the record; and a refusal says one reason and nothing else.
 */
class ExchangeFuzzTest {
  private static final InProcess BROKER = InProcess.open();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> REASONS =
      Arrays.stream(Reason.values()).map(Reason::word).collect(Collectors.toSet());
  private static final Set<Integer> REFUSED = Set.of(400, 401, 413, 415, 429, 503);
  private static final Map<String, String> PROVES =
      Map.of(
          "jwt", InProcess.BY_JWT,
          "k8s", InProcess.BY_CLUSTER,
          "crt", InProcess.BY_CERTIFICATE);

  private int minted;

  /** What is never minted for would satisfy all that is asked of the rest. */
  @ParameterizedTest
  @CsvSource({
    "aForm, jwt-svid",
    "aForm, service-account",
    "aForm, jwt-bearer",
    "aForm, token-exchange",
    "aForm, certificate",
    "aJsonExchange, jwt-svid",
    "aJsonExchange, service-account",
    "aJsonExchange, to-jwt-svid",
    "aJsonExchange, certificate",
    "aCertificateRequest, jwt-svid",
    "aCertificateRequest, service-account",
    "aCertificateRequest, certificate",
    "aCertificateRequest, pem",
    "aGrpcCall, jwt-svid",
    "aGrpcCall, service-account",
    "aGrpcCall, to-jwt-svid",
    "aGrpcCall, certificate-request"
  })
  void theProofsThatTheSeedsHoldAreBelieved(String method, String seed) throws Exception {
    byte[] bytes;
    try (InputStream in =
        ExchangeFuzzTest.class.getResourceAsStream(
            "ExchangeFuzzTestInputs/" + method + "/" + seed)) {
      bytes = Objects.requireNonNull(in).readAllBytes();
    }
    minted = 0;
    switch (method) {
      case "aForm" -> aForm(bytes);
      case "aJsonExchange" -> aJsonExchange(bytes);
      case "aCertificateRequest" -> aCertificateRequest(bytes);
      default -> aGrpcCall(bytes);
    }
    assertThat(minted).isOne();
  }

  @FuzzTest
  void aForm(byte[] bytes) throws Exception {
    post("/oauth2/token", "application/x-www-form-urlencoded", bytes);
  }

  @FuzzTest
  void aJsonExchange(byte[] bytes) throws Exception {
    post("/v1/exchange", "application/json", bytes);
  }

  @FuzzTest
  void aCertificateRequest(byte[] bytes) throws Exception {
    post("/v1/certificates", "application/json", bytes);
  }

  /** The first byte says which method, the second where the connection cuts what follows. */
  @FuzzTest
  void aGrpcCall(byte[] bytes) throws Exception {
    if (bytes.length < 2) {
      return;
    }
    boolean certificate = (bytes[0] & 1) == 1;
    WireTemplate filled =
        WireTemplate.fill(certificate, Arrays.copyOfRange(bytes, 2, bytes.length), BROKER.evidence);
    byte[] message = filled.message();
    byte[] framed =
        ByteBuffer.allocate(5 + message.length)
            .put((byte) 0)
            .putInt(message.length)
            .put(message)
            .array();
    long before = BROKER.broker.journal().size();
    Dial.Ended ended =
        BROKER.grpc.call(certificate, framed, (bytes[1] & 0xff) % framed.length, new Metadata());
    switch (ended.message()) {
      case ExchangeResponse answer ->
          checkToken(answer.getAccessToken(), answer.getTokenType(), filled.whole(), before);
      case IssueCertificateResponse answer ->
          checkCertificate(answer.getCertificateChain(), filled.whole(), before);
      case null -> checkStatus(Objects.requireNonNull(ended.refusal()));
      default -> throw new AssertionError("an answer of another type");
    }
  }

  private static void checkStatus(StatusRuntimeException refusal)
      throws InvalidProtocolBufferException {
    com.google.rpc.Status status = StatusProto.fromThrowable(refusal);
    if (refusal.getStatus().getCode() == Status.Code.INTERNAL
        || refusal.getStatus().getCode() == Status.Code.UNKNOWN) {
      throw new AssertionError("a call failed", refusal);
    }
    if (status == null || status.getDetailsCount() == 0) {
      return; // refused before the service saw it
    }
    int reasons = 0;
    for (Any detail : status.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        reasons += REASONS.contains(detail.unpack(ErrorInfo.class).getReason()) ? 1 : 100;
      }
    }
    if (reasons != 1) {
      throw new AssertionError("not one reason: " + status);
    }
  }

  /** The first line is a Client-Cert header, empty for none. */
  private void post(String path, String type, byte[] bytes) throws Exception {
    Filled filled = Filled.of(bytes);
    Map<String, String> headers =
        filled.header().isEmpty()
            ? Map.of("Content-Type", type)
            : Map.of("Content-Type", type, "Client-Cert", filled.header());
    long before = BROKER.broker.journal().size();
    HttpAnswer answer = BROKER.http.post(path, headers, filled.body());
    JsonNode json = JSON.readTree(answer.body());
    if (answer.status() == 200) {
      if (json.has("certificate_chain")) {
        checkCertificate(json.path("certificate_chain").textValue(), filled.whole(), before);
      } else {
        checkToken(
            json.path("access_token").textValue(),
            json.path("token_type").textValue(),
            filled.whole(),
            before);
      }
      return;
    }
    if (!REFUSED.contains(answer.status())
        || !REASONS.contains(json.path("reason").textValue())
        || !json.path("error").isTextual()
        || !json.path("error_description").isTextual()
        || json.size() != (json.has("decision_id") ? 4 : 3)) {
      throw new AssertionError(answer.status() + " " + json);
    }
  }

  private void checkToken(String token, String type, Set<String> whole, long before)
      throws Exception {
    Jws jws = Jws.parse(token, 8192);
    JsonNode claims = jws.claims();
    checkProven(claims.path("sub").textValue(), whole, before);
    boolean narrow =
        type.equals("N_A")
            ? !claims.has("scope")
            : claims.path("scope").textValue().equals("ledger:read");
    JsonNode audience = claims.path("aud");
    if (audience.isArray() && audience.size() == 1) {
      audience = audience.get(0);
    }
    if (!narrow || !InProcess.RESOURCE.equals(audience.textValue())) {
      throw new AssertionError("more than was granted: " + claims);
    }
  }

  private void checkCertificate(String pem, Set<String> whole, long before) throws Exception {
    List<X509Certificate> chain = Certificates.parse(pem.getBytes(StandardCharsets.US_ASCII), 8);
    X509Certificate leaf = chain.getFirst();
    var names = leaf.getSubjectAlternativeNames().stream().map(name -> name.get(1)).toList();
    if (names.size() != 1
        || leaf.getBasicConstraints() != -1
        || !Arrays.equals(
            leaf.getPublicKey().getEncoded(), BROKER.requester.getPublic().getEncoded())) {
      throw new AssertionError("a certificate for another key or of another kind: " + leaf);
    }
    checkProven((String) names.getFirst(), whole, before);
  }

  private void checkProven(String subject, Set<String> whole, long before) {
    minted++;
    String proven = subject.replace("spiffe://broker.example.org/", "spiffe://dev.mintmark/");
    if (whole.stream().noneMatch(proof -> proven.equals(PROVES.get(proof)))) {
      throw new AssertionError("minted for \"" + subject + "\", which nothing here proves");
    }
    if (BROKER.broker.journal().size() <= before) {
      throw new AssertionError("a credential without a record");
    }
  }

  private record Filled(String header, byte[] body, Set<String> whole) {
    static Filled of(byte[] bytes) {
      Template filled =
          Template.fill(new String(bytes, StandardCharsets.ISO_8859_1), BROKER.evidence);
      int line = filled.text().indexOf('\n');
      String header = line < 0 ? "" : filled.text().substring(0, line);
      String body = filled.text().substring(line + 1);
      return new Filled(
          header.chars().allMatch(c -> c >= ' ' && c < 0x7f) ? header : "",
          body.getBytes(StandardCharsets.ISO_8859_1),
          filled.whole());
    }
  }
}

package io.mintmark.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mintmark.cli.bench.load.HttpOperation;
import io.mintmark.cli.bench.load.What;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.Test;

class QuestionsTest {
  private static final List<byte[]> PROOFS =
      List.of(
          "a.b.c".getBytes(StandardCharsets.US_ASCII),
          "d.e.fg".getBytes(StandardCharsets.US_ASCII));

  @Test
  void eachIsOneRequestWithTheNextProof() throws Exception {
    Questions questions = Questions.of(What.TOKEN, PROOFS);
    assertThat(body(questions))
        .startsWith("grant_type=client_credentials&")
        .endsWith("client_assertion=a.b.c");
    assertThat(body(questions)).endsWith("client_assertion=d.e.fg");
    assertThat(body(questions)).endsWith("client_assertion=a.b.c");
  }

  @Test
  void thoseInJsonAreWhole() throws Exception {
    JsonNode svid = new ObjectMapper().readTree(body(Questions.of(What.JWT_SVID, PROOFS)));
    assertThat(svid.at("/evidence/token").asText()).isEqualTo("a.b.c");
    assertThat(svid.at("/credential/jwt_svid/audiences/0").asText()).isEqualTo(OwnBroker.AUDIENCE);
    JsonNode certificate =
        new ObjectMapper().readTree(body(Questions.of(What.CERTIFICATE, PROOFS)));
    byte[] csr = Base64.getDecoder().decode(certificate.path("csr").asText());
    assertThat(new PKCS10CertificationRequest(csr).getSubject().getRDNs()).isEmpty();
  }

  @Test
  void aClientCertificateIsTheProofOfThoseThatCarryNone() throws Exception {
    for (What what : What.values()) {
      JsonNode json = new ObjectMapper().readTree(body(Questions.byCertificate(what)));
      assertThat(json.at("/evidence/kind").asText()).isEqualTo("x509-svid");
      assertThat(json.at("/evidence").has("token")).isFalse();
    }
  }

  @Test
  void anAnswerWithoutACredentialIsAFailure() throws Exception {
    ByteBuf empty = Unpooled.copiedBuffer("{}", StandardCharsets.US_ASCII);
    assertThat(Questions.of(What.TOKEN, PROOFS).after(0, empty))
        .isEqualTo(new HttpOperation.Over("an answer without a token of ES256"));
  }

  /** The body, of the length that the head says. */
  private static String body(Questions questions) {
    ByteBuf out = Unpooled.buffer();
    questions.begin(out);
    String request = out.toString(StandardCharsets.US_ASCII);
    int end = request.indexOf("\r\n\r\n");
    String head = request.substring(0, end);
    String body = request.substring(end + 4);
    assertThat(head)
        .contains("\r\nContent-Length: " + body.length())
        .contains("\r\nHost: localhost");
    return body;
  }
}

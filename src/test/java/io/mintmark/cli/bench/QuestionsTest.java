package io.mintmark.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
    assertThat(questions.distinct()).isEqualTo(2);
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

  /** The body, of the length that the head says. */
  private static String body(Questions questions) {
    ByteBuf out = Unpooled.buffer();
    questions.writeNext(out);
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

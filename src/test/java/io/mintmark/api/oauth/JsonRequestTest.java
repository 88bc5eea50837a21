package io.mintmark.api.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.api.Caller;
import io.mintmark.api.Refusal;
import io.mintmark.api.Request;
import io.mintmark.evidence.Evidence;
import io.mintmark.workload.Ask;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import io.mintmark.workload.Scope;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonRequestTest {
  private static final String SVID = "{\"evidence\":{\"kind\":\"jwt-svid\",\"token\":\"T\"}";
  private static final Evidence.X509Svid CERTIFICATE = new Evidence.X509Svid(List.of());

  @Test
  void anExchangeIsReadWhole() throws Refusal {
    Request request =
        parse(SVID + ",\"resource\":\"https://r\",\"scopes\":[\"a\"],\"lifetime_seconds\":60}");
    assertThat(request.evidence()).isEqualTo(new Evidence.JwtSvid("T"));
    assertThat(request.expected().kind()).isEqualTo(EvidenceKind.JWT_SVID);
    assertThat(request.wanted())
        .isEqualTo(new Ask.AccessToken("https://r", Set.of(new Scope("a"))));
    assertThat(request.lifetime()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void theKindOfAPlatformsTokenIsExpectedOfIt() throws Refusal {
    Request request =
        parse(
            "{\"evidence\":{\"kind\":\"kubernetes\",\"token\":\"T\"},\"resource\":\"https://r\"}");
    assertThat(request.evidence()).isEqualTo(new Evidence.PlatformToken("T"));
    assertThat(request.expected().kind()).isEqualTo(EvidenceKind.KUBERNETES);
  }

  @Test
  void aJwtSvidIsAskedForWithAudiences() throws Refusal {
    assertThat(
            parse(SVID + ",\"credential\":{\"jwt_svid\":{\"audiences\":[\"a\",\"b\"]}}}").wanted())
        .isEqualTo(new Ask.JwtSvid(Set.of("a", "b")));
  }

  @Test
  void aCertificateIsEvidenceByItsKindAlone() throws Refusal {
    assertThat(
            JsonRequest.exchange(
                    bytes("{\"evidence\":{\"kind\":\"x509-svid\"},\"resource\":\"https://r\"}"),
                    caller(CERTIFICATE))
                .evidence())
        .isEqualTo(CERTIFICATE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "null",
        "[]",
        "\"x\"",
        "1",
        "{} {}",
        "{}x",
        "\uFEFF{}",
        "{\"evidence\":null}",
        "{\"evidence\":[]}",
        "{\"evidence\":\"T\"}",
        "{\"evidence\":{}}",
        "{\"evidence\":{\"kind\":1}}",
        "{\"evidence\":{\"kind\":\"nonsense\",\"token\":\"T\"},\"resource\":\"https://r\"}",
        "{\"evidence\":{\"kind\":\"jwt-svid\"},\"resource\":\"https://r\"}",
        "{\"evidence\":{\"kind\":\"jwt-svid\",\"token\":null},\"resource\":\"https://r\"}",
        "{\"evidence\":{\"kind\":\"jwt-svid\",\"token\":[\"T\"]},\"resource\":\"https://r\"}",
        "{\"evidence\":{\"kind\":\"jwt-svid\",\"token\":\"T\",\"x\":1},\"resource\":\"https://r\"}",
        "{\"evidence\":{\"kind\":\"jwt-svid\",\"token\":\"T\",\"token\":\"U\"}}",
        SVID + ",\"evidence\":{},\"resource\":\"https://r\"}",
        SVID + ",\"resource\":1}",
        SVID + ",\"resource\":\"\"}",
        SVID + ",\"resource\":\"a\",\"audience\":\"b\"}",
        SVID + ",\"resource\":\"a\",\"scopes\":\"b\"}",
        SVID + ",\"resource\":\"a\",\"scopes\":[1]}",
        SVID + ",\"resource\":\"a\",\"scopes\":[\"b\",\"b\"]}",
        SVID + ",\"resource\":\"a\",\"scopes\":[\"b c\"]}",
        SVID + ",\"resource\":\"a\",\"lifetime_seconds\":0}",
        SVID + ",\"resource\":\"a\",\"lifetime_seconds\":-1}",
        SVID + ",\"resource\":\"a\",\"lifetime_seconds\":1.5}",
        SVID + ",\"resource\":\"a\",\"lifetime_seconds\":\"60\"}",
        SVID + ",\"resource\":\"a\",\"lifetime_seconds\":1e3}",
        SVID + ",\"resource\":\"a\",\"lifetime_seconds\":99999999999999999999}",
        SVID + ",\"resource\":\"a\",\"lifetime_seconds\":9223372036854775807}",
        SVID + ",\"resource\":\"a\",\"lifetime_seconds\":-9223372036854775808}",
        SVID + ",\"resource\":\"a\",\"lifetime_seconds\":315360001}",
        SVID + ",\"resource\":\"a\",\"lifetime\":60}",
        SVID + ",\"resource\":\"a\",\"credential\":{\"jwt_svid\":{\"audiences\":[\"a\"]}}}",
        SVID + ",\"credential\":{}}",
        SVID + ",\"credential\":{\"x509_svid\":{}}}",
        SVID + ",\"credential\":{\"jwt_svid\":{}}}",
        SVID + ",\"credential\":{\"jwt_svid\":{\"audiences\":[]}}}",
        SVID + ",\"credential\":{\"jwt_svid\":{\"audiences\":[\"\"]}}}",
        SVID + ",\"resource\":NaN}",
        SVID + ",'resource':'a'}",
        SVID + ",\"resource\":\"a\",}",
        "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}"
      })
  void whatIsNotARequestIsRefused(String body) {
    assertThatThrownBy(() -> parse(body))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Reason.REQUEST_MALFORMED));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"evidence\":{\"kind\":\"x509-svid\"},\"resource\":\"r\"} | EVIDENCE_CERTIFICATE",
        "{\"evidence\":{\"kind\":\"nitro\",\"document\":\"T\"},\"resource\":\"r\"} |"
            + " EVIDENCE_KIND_NOT_ACCEPTED",
        "{\"evidence\":{\"kind\":\"jwt-svid\",\"token\":\"T\"}} | RESOURCE_UNKNOWN"
      })
  void otherReasonsHaveTheirOwnWord(String body, Reason reason) {
    assertThatThrownBy(() -> parse(body))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(reason));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        SVID + "}",
        SVID + ",\"csr\":\"\"}",
        SVID + ",\"csr\":\"!!\"}",
        SVID + ",\"csr\":\"AAAA\"}",
        SVID + ",\"csr\":\"-----BEGIN CERTIFICATE REQUEST-----\"}",
        SVID
            + ",\"csr\":\"-----BEGIN CERTIFICATE REQUEST-----\\n"
            + "-----END CERTIFICATE REQUEST-----\"}"
      })
  void aCertificateRequestThatIsNoneHasItsReason(String body) {
    assertThatThrownBy(() -> JsonRequest.certificate(bytes(body), caller(null)))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(Reason.CSR_MALFORMED));
  }

  @Test
  void invalidUtf8IsRefused() {
    byte[] body = bytes(SVID + ",\"resource\":\"a\"}");
    body[body.length - 3] = (byte) 0xff;
    assertThatThrownBy(() -> JsonRequest.exchange(body, caller(null))).isInstanceOf(Refusal.class);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Caller caller(Evidence.X509Svid certificate) {
    return new Caller(InetAddress.getLoopbackAddress(), certificate, null);
  }

  private static Request parse(String body) throws Refusal {
    return JsonRequest.exchange(bytes(body), caller(null));
  }
}

package io.mintmark.api.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.api.Caller;
import io.mintmark.api.Presentation;
import io.mintmark.api.Refusal;
import io.mintmark.api.Request;
import io.mintmark.evidence.Evidence;
import io.mintmark.workload.Ask;
import io.mintmark.workload.Reason;
import io.mintmark.workload.Scope;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TokenFormTest {
  private static final String CLIENT =
      "grant_type=client_credentials"
          + "&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-spiffe"
          + "&client_assertion=T&resource=https://r";
  private static final String PLATFORM =
      "grant_type=client_credentials"
          + "&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
          + "&client_assertion=T&resource=https://r";
  private static final String GRANT =
      "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=T&resource=https://r";
  private static final String EXCHANGE =
      "grant_type=urn:ietf:params:oauth:grant-type:token-exchange"
          + "&subject_token_type=urn:ietf:params:oauth:token-type:jwt&subject_token=T";
  private static final String MTLS =
      "grant_type=client_credentials&client_id=spiffe://d/w&resource=https://r";
  private static final Evidence.X509Svid CERTIFICATE = new Evidence.X509Svid(List.of());

  @Test
  void aJwtSvidIsTheClientsAssertion() throws Refusal {
    Request request = parse(CLIENT);
    assertThat(request.evidence()).isEqualTo(new Evidence.JwtSvid("T"));
    assertThat(request.presentation()).isEqualTo(Presentation.CLIENT);
    assertThat(request.wanted()).isEqualTo(new Ask.AccessToken("https://r", Set.of()));
    assertThat(request.lifetime()).isNull();
  }

  @Test
  void aPlatformsTokenComesInThreeWays() throws Refusal {
    assertThat(parse(PLATFORM).presentation()).isEqualTo(Presentation.CLIENT);
    assertThat(parse(GRANT).presentation()).isEqualTo(Presentation.GRANT);
    assertThat(parse(EXCHANGE + "&audience=https://r").presentation())
        .isEqualTo(Presentation.SUBJECT_TOKEN);
    for (String body : List.of(PLATFORM, GRANT, EXCHANGE + "&audience=https://r")) {
      assertThat(parse(body).evidence()).isEqualTo(new Evidence.PlatformToken("T"));
    }
  }

  @Test
  void aSubjectTokenThatNamesASpiffeIdIsCheckedAsAJwtSvid() throws Refusal {
    String svid = jws("{\"sub\":\"spiffe://d/w\"}");
    assertThat(parse(EXCHANGE.replace("=T", "=" + svid) + "&audience=a").evidence())
        .isEqualTo(new Evidence.JwtSvid(svid));
    String platform = jws("{\"sub\":\"system:serviceaccount:a:b\"}");
    assertThat(parse(EXCHANGE.replace("=T", "=" + platform) + "&audience=a").evidence())
        .isEqualTo(new Evidence.PlatformToken(platform));
  }

  @Test
  void aTokenExchangeMayAskForAJwtSvid() throws Refusal {
    Request request =
        parse(
            EXCHANGE
                + "&requested_token_type=urn:ietf:params:oauth:token-type:jwt&audience=https://r");
    assertThat(request.wanted()).isEqualTo(new Ask.JwtSvid(Set.of("https://r")));
  }

  @Test
  void overMutualTlsTheCertificateIsTheEvidence() throws Refusal {
    Request request = TokenForm.parse(bytes(MTLS), caller(CERTIFICATE), false);
    assertThat(request.evidence()).isEqualTo(CERTIFICATE);
    assertThat(request.expected().clientId()).isEqualTo("spiffe://d/w");
  }

  @Test
  void aProofOverMutualTlsIsBoundToTheCertificate() throws Refusal {
    for (String body : List.of(CLIENT, PLATFORM, GRANT, EXCHANGE + "&audience=a")) {
      assertThat(TokenForm.parse(bytes(body), caller(CERTIFICATE), false).evidence())
          .isInstanceOfSatisfying(
              Evidence.Bound.class, bound -> assertThat(bound.holder()).isEqualTo(CERTIFICATE));
    }
  }

  @Test
  void scopesAreASet() throws Refusal {
    assertThat(parse(CLIENT + "&scope=a%3Ab+c").wanted())
        .isEqualTo(new Ask.AccessToken("https://r", Set.of(new Scope("a:b"), new Scope("c"))));
  }

  @Test
  void aParameterThatIsNotKnownIsIgnored() throws Refusal {
    assertThat(parse(CLIENT + "&favourite_colour=blue").evidence())
        .isEqualTo(new Evidence.JwtSvid("T"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | REQUEST_MALFORMED | CLIENT",
        "resource=https://r | REQUEST_MALFORMED | CLIENT",
        "grant_type= | REQUEST_MALFORMED | CLIENT",
        "grant_type=password | REQUEST_MALFORMED | UNKNOWN_GRANT",
        "grant_type=authorization_code | REQUEST_MALFORMED | UNKNOWN_GRANT",
        "grant_type=CLIENT_CREDENTIALS | REQUEST_MALFORMED | UNKNOWN_GRANT",
        "grant_type=client_credentials%20 | REQUEST_MALFORMED | UNKNOWN_GRANT",
        "grant_type=client_credentials | EVIDENCE_CERTIFICATE | CLIENT",
        "grant_type=client_credentials&client_id=spiffe://d/w | EVIDENCE_CERTIFICATE | CLIENT",
        "grant_type=client_credentials&client_assertion=T | REQUEST_MALFORMED | CLIENT",
        "grant_type=client_credentials&client_assertion_type=T | REQUEST_MALFORMED | CLIENT",
        "grant_type=client_credentials&client_assertion_type=T&client_assertion=T |"
            + " REQUEST_MALFORMED | CLIENT",
        "grant_type=client_credentials&client_assertion_type=urn:mintmark:evidence:nitro"
            + "&client_assertion=T | EVIDENCE_KIND_NOT_ACCEPTED | CLIENT",
        "grant_type=client_credentials&client_assertion_type=urn:mintmark:evidence:nonsense"
            + "&client_assertion=T | REQUEST_MALFORMED | CLIENT",
        "grant_type=client_credentials&client_assertion_type="
            + "urn:ietf:params:oauth:client-assertion-type:saml2-bearer&client_assertion=T |"
            + " REQUEST_MALFORMED | CLIENT",
        "grant_type=client_credentials&client_secret=s | EVIDENCE_KIND_NOT_ACCEPTED | CLIENT",
        "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer | REQUEST_MALFORMED | CLIENT",
        "grant_type=urn:ietf:params:oauth:grant-type:saml2-bearer&assertion=T | REQUEST_MALFORMED"
            + " | UNKNOWN_GRANT",
        "grant_type=urn:ietf:params:oauth:grant-type:token-exchange | REQUEST_MALFORMED | CLIENT",
        "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token=T |"
            + " REQUEST_MALFORMED | CLIENT",
        "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token=T"
            + "&subject_token_type=urn:ietf:params:oauth:token-type:access_token |"
            + " EVIDENCE_KIND_NOT_ACCEPTED | SUBJECT_TOKEN",
        "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token=T"
            + "&subject_token_type=urn:ietf:params:oauth:token-type:saml2 |"
            + " EVIDENCE_KIND_NOT_ACCEPTED | SUBJECT_TOKEN"
      })
  void aRequestWithoutAUsableProofIsRefused(String body, Reason reason, Presentation presentation) {
    refused(body, reason, presentation);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "&audience=https://r | REQUEST_MALFORMED",
        "&client_secret=s | EVIDENCE_KIND_NOT_ACCEPTED",
        "&actor_token=T | REQUEST_MALFORMED",
        "&actor_token_type=urn:ietf:params:oauth:token-type:jwt | REQUEST_MALFORMED",
        "&authorization_details=[] | REQUEST_MALFORMED",
        "&refresh_token=x | REQUEST_MALFORMED",
        "&code=x | REQUEST_MALFORMED",
        "&scope=a%20%20b | REQUEST_MALFORMED",
        "&scope=%20a | REQUEST_MALFORMED",
        "&scope=a%20 | REQUEST_MALFORMED",
        "&scope=%22 | REQUEST_MALFORMED",
        "&scope=%5C | REQUEST_MALFORMED",
        "&scope=%C3%A9 | REQUEST_MALFORMED",
        "&requested_token_type=x | REQUEST_MALFORMED",
        "&requested_token_type=urn:ietf:params:oauth:token-type:refresh_token | REQUEST_MALFORMED",
        "&requested_token_type=urn:ietf:params:oauth:token-type:jwt | REQUEST_MALFORMED",
        "&resource=https://r2 | REQUEST_MALFORMED",
        "&grant_type=client_credentials | REQUEST_MALFORMED",
        "&client_assertion=T2 | REQUEST_MALFORMED",
        "&client_id=a&client_id=a | REQUEST_MALFORMED"
      })
  void whatContradictsAGoodRequestRefusesIt(String more, Reason reason) {
    refused(CLIENT + more, reason, Presentation.CLIENT);
  }

  @Test
  void noTargetIsAnInvalidTarget() {
    refused(
        CLIENT.replace("&resource=https://r", ""), Reason.RESOURCE_UNKNOWN, Presentation.CLIENT);
    refused(CLIENT.replace("https://r", ""), Reason.RESOURCE_UNKNOWN, Presentation.CLIENT);
  }

  @Test
  void twoProofsWouldBeTwoCallers() throws Refusal {
    refused(GRANT + "&client_assertion=OTHER", Reason.REQUEST_MALFORMED, Presentation.CLIENT);
    assertThat(parse(GRANT + "&client_assertion=T").evidence())
        .isEqualTo(new Evidence.PlatformToken("T"));
  }

  @Test
  void anAuthorizationHeaderIsAnotherWayOfAuthenticationAndRefused() {
    assertThatThrownBy(() -> TokenForm.parse(bytes(CLIENT), caller(null), true))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Reason.EVIDENCE_KIND_NOT_ACCEPTED));
  }

  @Test
  void mutualTlsWithoutClientIdIsRefused() {
    assertThatThrownBy(
            () ->
                TokenForm.parse(
                    bytes("grant_type=client_credentials&resource=https://r"),
                    caller(CERTIFICATE),
                    false))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Reason.REQUEST_MALFORMED));
  }

  @Test
  void noRefusalRepeatsAProof() {
    assertThatThrownBy(() -> parse(CLIENT.replace("=T", "=SECRET") + "&client_assertion=SECRET"))
        .hasMessageNotContaining("SECRET");
  }

  private static String jws(String claims) {
    return encoded("{\"alg\":\"ES256\"}") + "." + encoded(claims) + "." + encoded("x".repeat(64));
  }

  private static String encoded(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Caller caller(Evidence.X509Svid certificate) {
    return new Caller(InetAddress.getLoopbackAddress(), certificate, null);
  }

  private static Request parse(String body) throws Refusal {
    return TokenForm.parse(bytes(body), caller(null), false);
  }

  private static void refused(String body, Reason reason, Presentation presentation) {
    assertThatThrownBy(() -> parse(body))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(reason);
              assertThat(refusal.presentation()).isEqualTo(presentation);
            });
  }
}

package io.mintmark.sidecar.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of a token service that is not what it seems. */
class StsAnswerTest {
  private static final Instant UNTIL = Instant.parse("2026-11-22T10:00:00Z");
  private static final String GOOD = StsWords.session(UNTIL);

  private static StsAnswer parse(String body) {
    return StsAnswer.parse(200, body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aDocumentTypeIsRefusedAndNothingThatItNamesIsOpened() throws Exception {
    try (ServerSocket bait = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      bait.setSoTimeout(1);
      String url = "http://127.0.0.1:" + bait.getLocalPort() + "/x";
      for (String type :
          new String[] {
            "<!DOCTYPE a SYSTEM \"" + url + "\">",
            "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
            "<!DOCTYPE a [<!ENTITY % x SYSTEM \"" + url + "\"> %x;]>",
            "<!DOCTYPE a [<!ENTITY l \"lol\"><!ENTITY m \"&l;&l;&l;&l;&l;&l;\">]>",
            "<!DOCTYPE AssumeRoleWithWebIdentityResponse>"
          }) {
        assertThat(parse(type + GOOD)).isInstanceOf(StsAnswer.Malformed.class);
        assertThat(parse(type + GOOD.replace("sts.amazonaws.com</Aud", "&x;&m;</Aud")))
            .isInstanceOf(StsAnswer.Malformed.class);
      }
      assertThatThrownBy(bait::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " -> ",
      value = {
        "AccessKeyId> -> accesskeyid>",
        "Credentials> -> credentials>",
        "AssumeRoleWithWebIdentityResult> -> AssumeRoleResult>",
        "https://sts.amazonaws.com/doc/2011-06-15/ -> urn:other",
        "ASgeIAIOSFODNN7EXAMPLE -> short",
        "ASgeIAIOSFODNN7EXAMPLE -> ASgeIAIOSFODNN7EX AMPLE",
        "wJalrXUtnFEMI -> wJalr XUtnFEMI",
        "2026-11-22T10:00:00Z -> tomorrow",
        "2026-11-22T10:00:00Z -> ''",
        "<Audience> -> <?php x?><Audience>",
        "<Audience> -> <Audience>&lol;",
        "</Credentials> -> <AccessKeyId>ASgeIAIOSFODNN7ANOTHER</AccessKeyId></Credentials>",
        "<Credentials> -> <Credentials></Credentials><Credentials>",
        "</AssumeRoleWithWebIdentityResponse> -> ''",
        "<Audience> -> <a><b><c><d><e><f><g></g></f></e></d></c></b></a><Audience>",
      })
  void whatIsNotExactlyItsFormIsRefused(String part, String replaced) {
    String changed = GOOD.replace(part, replaced);
    assertThat(changed).isNotEqualTo(GOOD);
    assertThat(parse(changed)).isInstanceOf(StsAnswer.Malformed.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "<html>", "\u0000", "<a xmlns='https://sts.amazonaws.com/'/>"})
  void whatIsNoXmlOfTheServiceIsRefused(String body) {
    assertThat(parse(body)).isInstanceOf(StsAnswer.Malformed.class);
    assertThat(StsAnswer.parse(403, body.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(StsAnswer.Malformed.class);
  }

  @Test
  void anErrorThatTheXmlParserCannotNameIsRefusedToo() {
    assertThat(parse("<!DOCTYPE a [<!ENTITY x \"!\u0001\">]><a/>"))
        .isInstanceOf(StsAnswer.Malformed.class);
  }

  @Test
  void thousandsOfElementsAreRefused() {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < 70; i++) {
      all.append("<x").append(i).append("/>");
    }
    assertThat(parse(GOOD.replace("<Audience>", all + "<Audience>")))
        .isInstanceOf(StsAnswer.Malformed.class);
  }

  @Test
  void aSessionIsRead() {
    assertThat(parse(GOOD))
        .isEqualTo(
            new StsAnswer.Session(
                new RoleKeys(
                    "ASgeIAIOSFODNN7EXAMPLE",
                    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
                    "AQoDYXdzEE0a8ANXXXXXXXXNO1ewxE5TijQyp+IEXAMPLE",
                    UNTIL),
                StsWords.ASSUMED));
    assertThat(parse(GOOD).toString()).doesNotContain("wJalr").doesNotContain("AQoD");
  }

  @Test
  void aSessionInAnAnswerThatIsNoSuccessIsNone() {
    assertThat(StsAnswer.parse(403, GOOD.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(StsAnswer.Malformed.class);
  }

  @Test
  void aRefusalIsReadAndATokenInItWithheld() {
    String token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJlLXRoYXQtaXMtbG9uZw";
    assertThat(
            StsAnswer.parse(
                400,
                StsWords.error("InvalidIdentityToken", "no\tkey for " + token)
                    .getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(new StsAnswer.Refused("InvalidIdentityToken", "no key for [withheld]"));
  }

  @Test
  void anErrorsCodeIsOneWord() {
    assertThat(
            StsAnswer.parse(
                400, StsWords.error("Access Denied", "").getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(StsAnswer.Malformed.class);
  }
}

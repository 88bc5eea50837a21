package io.mintmark.cli.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
  private static final String HEADER = "{\"alg\":\"ES256\"}";
  private static final String CLAIMS = "{\"sub\":\"s\",\"iat\":1,\"exp\":2}";

  private static byte[] jwt(String header, String claims, int signature) {
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    return String.join(
            ".",
            base64.encodeToString(header.getBytes(StandardCharsets.UTF_8)),
            base64.encodeToString(claims.getBytes(StandardCharsets.UTF_8)),
            base64.encodeToString(new byte[signature]))
        .getBytes(StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a.b.c", "error", "..", "{\"error\":\"denied\"}"})
  void whatIsNoTokenIsNoWork(String answer) {
    byte[] bytes = answer.getBytes(StandardCharsets.US_ASCII);
    assertThat(new Credentials(What.TOKEN).wrong(bytes.length, () -> bytes)).isNotNull();
    assertThat(new Credentials(What.CERTIFICATE).wrong(bytes.length, () -> bytes)).isNotNull();
  }

  @Test
  void aTokenOfAnotherKindIsNoWork() {
    assertThat(wrong(jwt(HEADER, CLAIMS, 64))).isNull();
    assertThat(wrong(jwt("{\"alg\":\"RS256\"}", CLAIMS, 64))).isNotNull();
    assertThat(wrong(jwt("{\"alg\":\"none\"}", CLAIMS, 0))).isNotNull();
    assertThat(wrong(jwt(HEADER, CLAIMS, 32))).isNotNull();
    assertThat(wrong(jwt(HEADER, "{\"iat\":1,\"exp\":2}", 64))).isNotNull();
    assertThat(wrong(jwt(HEADER, "{\"sub\":\"s\",\"iat\":2,\"exp\":2}", 64))).isNotNull();
  }

  private static String wrong(byte[] token) {
    return new Credentials(What.TOKEN).wrong(token.length, () -> token);
  }

  @Test
  void oneThatIsNotReadAnyMoreIsHeldByItsLength() {
    Credentials credentials = new Credentials(What.TOKEN);
    byte[] token = jwt(HEADER, CLAIMS, 64);
    for (int i = 0; i < 1_000; i++) {
      assertThat(credentials.wrong(400, () -> token)).isNull();
    }
    assertThat(credentials.wrong(299, () -> token))
        .isEqualTo("an answer too short for a credential");
    assertThat(credentials.wrong(300, () -> new byte[0])).isNull();
  }
}

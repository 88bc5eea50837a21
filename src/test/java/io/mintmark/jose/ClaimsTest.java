package io.mintmark.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 1970-01-01T00:00:00Z",
    "1300819380, 2011-03-22T18:43:00Z",
    "1300819380.5, 2011-03-22T18:43:00.5Z",
    "1.3e9, 2011-03-13T07:06:40Z",
    "253402300799, 9999-12-31T23:59:59Z",
    "0.0, 1970-01-01T00:00:00Z"
  })
  void aNumericDateMayHaveAFraction(String number, Instant expected) throws MalformedJose {
    Instant read = claims("{\"exp\":" + number + "}").requiredInstant("exp");
    assertThat(read.truncatedTo(java.time.temporal.ChronoUnit.SECONDS))
        .isEqualTo(expected.truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"1300819380\"",
        "\"2026-11-22T12:00:00Z\"",
        "\"\"",
        "null",
        "true",
        "false",
        "[]",
        "[1300819380]",
        "{}",
        "-1",
        "-0.5",
        "-1e9",
        "253402300800",
        "9223372036854775807",
        "9223372036854775808",
        "99999999999999999999999999",
        "1e12",
        "1e400",
        "1e999999999",
        "-1e400",
        "1300819380000"
      })
  void whatIsNoSaneDateIsRefusedAndNeverAbsent(String value) throws MalformedJose {
    Claims claims = claims("{\"exp\":" + value + "}");
    for (var reading : List.<ThrowingRead>of(claims::instant, claims::requiredInstant)) {
      assertThatThrownBy(() -> reading.read("exp"))
          .isInstanceOf(MalformedJose.class)
          .hasMessage("the claim \"exp\" is not a date in seconds since 1970");
    }
  }

  private interface ThrowingRead {
    @Nullable Object read(String name) throws MalformedJose;
  }

  @Test
  void aClaimThatIsNotThereIsNullOrMissing() throws MalformedJose {
    Claims claims = claims("{}");
    assertThat(claims.instant("exp")).isNull();
    assertThat(claims.string("sub")).isNull();
    assertThat(claims.audiences()).isEmpty();
    assertThatThrownBy(() -> claims.requiredInstant("exp"))
        .hasMessage("the claim \"exp\" is missing");
    assertThatThrownBy(() -> claims.requiredString("sub"))
        .hasMessage("the claim \"sub\" is missing");
  }

  @Test
  void audiencesAreOneStringOrAnArrayOfThem() throws MalformedJose {
    assertThat(claims("{\"aud\":\"a\"}").audiences()).containsExactly("a");
    assertThat(claims("{\"aud\":[\"a\",\"b\",\"a\"]}").audiences()).containsExactly("a", "b", "a");
    assertThat(claims("{\"aud\":[]}").audiences()).isEmpty();
  }

  static Stream<String> wrongAudiences() {
    return Stream.of(
        "1",
        "null",
        "true",
        "{}",
        "{\"a\":1}",
        "\"\"",
        "[1]",
        "[null]",
        "[\"a\",1]",
        "[\"a\",null]",
        "[\"a\",\"\"]",
        "[[\"a\"]]",
        "[{}]",
        "[true]",
        "\"" + "a".repeat(4097) + "\"",
        "[\"" + "a".repeat(4097) + "\"]",
        "[" + "\"a\",".repeat(64) + "\"a\"]",
        "0.5",
        "[0.5]",
        "[[]]");
  }

  @ParameterizedTest
  @MethodSource("wrongAudiences")
  void anAudienceOfAWrongTypeIsRefused(String value) throws MalformedJose {
    Claims claims = claims("{\"aud\":" + value + "}");
    assertThatThrownBy(claims::audiences).isInstanceOf(MalformedJose.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "null", "true", "[]", "[\"a\"]", "{}", "\"\"", "0.1"})
  void aStringOfAWrongTypeIsRefused(String value) throws MalformedJose {
    Claims claims = claims("{\"sub\":" + value + "}");
    assertThatThrownBy(() -> claims.string("sub")).isInstanceOf(MalformedJose.class);
    assertThatThrownBy(() -> claims.requiredString("sub")).isInstanceOf(MalformedJose.class);
  }

  private static Claims claims(String json) throws MalformedJose {
    return new Claims(StrictJson.object(json.getBytes(StandardCharsets.UTF_8), "the payload"));
  }
}

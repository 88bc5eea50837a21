package io.mintmark.evidence.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mintmark.evidence.Platform;
import io.mintmark.jose.Claims;
import io.mintmark.jose.MalformedJose;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OidcTest {
  private static Platform.Facts read(String json) throws MalformedJose {
    return (Platform.Facts) new Oidc().read(new Claims(Json.object(json)), Set.of());
  }

  @Test
  void claimsBecomeAttributesWithoutTheRegisteredOnes() throws MalformedJose {
    Platform.Facts facts =
        read(
            "{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"a\",\"exp\":1,\"jti\":\"j\",\"t\":\"x\",\"n\":5,"
                + "\"b\":true,\"l\":[1,\"a\"],\"o\":{\"k\":[true]},\"null\":null,\"f\":1.5,"
                + "\"big\":123456789012345678901234567890,\"mixed\":[1,null]}");
    assertThat(facts.attributes())
        .containsOnly(
            Map.entry("sub", "s"),
            Map.entry("t", "x"),
            Map.entry("n", 5L),
            Map.entry("b", true),
            Map.entry("l", List.of(1L, "a")),
            Map.entry("o", Map.of("k", List.of(true))));
  }

  @Test
  void aPlaceholderIsAClaimOfOneValue() throws MalformedJose {
    Platform.Facts facts =
        read(
            "{\"sub\":\"s\",\"n\":5,\"b\":true,\"l\":[\"a\"],\"o\":{\"k\":1},\"z\":null,\"f\":1.5}");
    assertThat(facts.values().value("claim:sub")).isEqualTo("s");
    assertThat(facts.values().value("claim:n")).isEqualTo("5");
    assertThat(facts.values().value("claim:b")).isEqualTo("true");
    for (String none : List.of("claim:l", "claim:o", "claim:z", "claim:f", "claim:absent")) {
      assertThat(facts.values().value(none)).as(none).isNull();
    }
  }

  @Test
  void aTokenWithoutSubjectIsRefused() {
    assertThatExceptionOfType(MalformedJose.class).isThrownBy(() -> read("{\"n\":5}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"claim:", "claim", "", "sub", "claim:aud", "CLAIM:sub", "claim:{x"})
  void whatNamesNoClaimIsNoPlaceholder(String name) {
    assertThat(new Oidc().hasPlaceholder(name)).isFalse();
  }
}

package io.mintmark.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No audience is two namespaces', and none is a namespace's that the platform did not leave. */
final class AudiencesTest {
  private static final Audiences SOME =
      new Audiences(
          List.of("https://{namespace}.example.org/*", "ns:{namespace}", "https://fixed.org/"));
  private static final Audiences OPEN =
      new Audiences(List.of("*", "https://{namespace}.example.org/*"));

  @ParameterizedTest
  @CsvSource({
    "https://pay.example.org/, true",
    "https://pay.example.org/a/b, true",
    "https://shop.example.org/, false",
    "https://pay.example.org, false",
    "https://pay.example.orgx/, false",
    "https://payXexample.org/, false",
    "xhttps://pay.example.org/, false",
    "ns:pay, true",
    "ns:pay/, false",
    "ns:shop, false",
    "https://fixed.org/, false",
    "elsewhere, false",
  })
  void aNamespaceOwnsWhatIsWrittenWithItsName(String audience, boolean own) {
    assertThat(SOME.mayOwn("pay", audience)).isEqualTo(own);
  }

  @ParameterizedTest
  @CsvSource({
    "elsewhere, true",
    "https://pay.example.org/, true",
    "https://shop.example.org/, false",
  })
  void whereTheRestIsOpenWhatIsAnothersIsNot(String audience, boolean own) {
    assertThat(OPEN.mayOwn("pay", audience)).isEqualTo(own);
  }

  @ParameterizedTest
  @CsvSource({
    "https://shop.example.org/, true",
    "ns:shop, true",
    "https://pay.example.org/, false",
    "ns:pay, false",
    "elsewhere, false",
  })
  void whatIsWrittenWithAnothersNameIsAnothers(String audience, boolean others) {
    assertThat(SOME.isOfAnother("pay", audience)).isEqualTo(others);
  }

  @Test
  void namesAreThoseThatANamespaceCanHave() {
    String most = "a".repeat(63);
    assertThat(SOME.mayOwn(most, "ns:" + most)).isTrue();
    assertThat(SOME.mayOwn(most + "a", "ns:" + most + "a")).isFalse();
    for (String name : List.of("-a", "a-", "A", "a.b", "a_b", "")) {
      assertThat(SOME.mayOwn(name, "ns:" + name)).as(name).isFalse();
    }
  }

  @Test
  void thereIsNoneWhereNoPatternNamesANamespace() {
    assertThat(new Audiences(List.of()).isNone()).isTrue();
    assertThat(new Audiences(List.of("https://fixed.org/*")).isNone()).isTrue();
    assertThat(SOME.isNone()).isFalse();
    assertThat(OPEN.isNone()).isFalse();
    assertThat(new Audiences(List.of("*")).isNone()).isFalse();
  }
}

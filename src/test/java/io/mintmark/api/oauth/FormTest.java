package io.mintmark.api.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.api.Refusal;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FormTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "a=1 | 1",
        "a=1&b=2 | 1",
        "b=2&a=1 | 1",
        "a=%31 | 1",
        "%61=1 | 1",
        "a=x+y | x y",
        "a=x%2By | x+y",
        "a=%C3%A9 | é",
        "a=%e2%82%ac | €",
        "a=1=2 | 1=2",
        "a=https%3A%2F%2Fx | https://x",
        "a=https://x | https://x",
        "&&a=1&& | 1",
        "a= | null",
        "a | null",
        "A=1 | null",
        "b=a | null"
      })
  void aValueIsWhatWasEscaped(String body, String expected) throws Refusal {
    assertThat(form(body).get("a")).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a=1&a=2",
        "a=1&a=1",
        "a=1&%61=2",
        "a=&a=1",
        "a&a",
        "a=%",
        "a=%4",
        "a=%4G",
        "a=%G4",
        "a=%%41",
        "a=% 41",
        "a=%u0041",
        "%=1",
        "a=%FF",
        "a=%C3",
        "a=%C0%AF",
        "a=%ED%A0%80",
        "a=%F8%88%80%80%80",
        "a=%00",
        "a=1%0D%0AX-Header%3A1",
        "a=1%1B[31m",
        "a=1\n",
        "a=1 2",
        "a=é",
        "a=\u0000",
        "a=1&b\t=2",
        "a=%C2%85"
      })
  void whatTwoReadersMightReadDifferentlyIsRefused(String body) {
    assertThatThrownBy(() -> form(body)).isInstanceOf(Refusal.class);
  }

  @Test
  void bytesThatAreNoUtf8AreRefused() {
    assertThatThrownBy(() -> Form.parse(new byte[] {'a', '=', (byte) 0xff}))
        .isInstanceOf(Refusal.class);
  }

  @Test
  void moreParametersThanAnyRequestHasAreRefused() throws Refusal {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < 64; i++) {
      body.append("p").append(i).append("=1&");
    }
    assertThat(form(body.toString()).get("p63")).isEqualTo("1");
    assertThatThrownBy(() -> form(body + "one=more")).isInstanceOf(Refusal.class);
  }

  @Test
  void anEmptyBodyIsAnEmptyForm() throws Refusal {
    assertThat(form("").get("a")).isNull();
  }

  private static Form form(String body) throws Refusal {
    return Form.parse(body.getBytes(StandardCharsets.UTF_8));
  }
}

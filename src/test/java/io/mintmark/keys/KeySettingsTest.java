package io.mintmark.keys;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.workload.SignatureAlgorithm;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeySettingsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''          | ES256 | ES256 | P7D  | PT30M | P1D   | PT5M  | no algorithm
          ES512       | ES256 | ES256 | P7D  | PT30M | P1D   | PT5M  | not ES512
          RS384       | ES256 | ES256 | P7D  | PT30M | P1D   | PT5M  | not RS384
          RS512       | ES256 | ES256 | P7D  | PT30M | P1D   | PT5M  | not RS512
          PS384       | ES256 | ES256 | P7D  | PT30M | P1D   | PT5M  | not PS384
          PS512       | ES256 | ES256 | P7D  | PT30M | P1D   | PT5M  | not PS512
          ES256,PS512 | ES256 | ES256 | P7D  | PT30M | P1D   | PT5M  | not PS512
          ES256       | EDDSA | ES256 | P7D  | PT30M | P1D   | PT5M  | never signed with EdDSA
          ES256       | ES256 | ES512 | P7D  | PT30M | P1D   | PT5M  | not ES512
          ES256       | ES256 | RS256 | P7D  | PT30M | P1D   | PT5M  | not RS256
          ES256       | ES256 | EDDSA | P7D  | PT30M | P1D   | PT5M  | not EdDSA
          ES256       | ES256 | ES256 | PT0S | PT30M | P1D   | PT5M  | key lifetime
          ES256       | ES256 | ES256 | -P1D | PT30M | P1D   | PT5M  | key lifetime
          ES256       | ES256 | ES256 | P7D  | PT30M | PT0S  | PT5M  | longest credential
          ES256       | ES256 | ES256 | P7D  | PT30M | -PT1S | PT5M  | longest credential
          ES256       | ES256 | ES256 | P7D  | PT30M | P1D   | PT0S  | refresh hint
          ES256       | ES256 | ES256 | P7D  | PT30M | P1D   | -PT5M | refresh hint
          ES256       | ES256 | ES256 | P7D  | PT14M | P1D   | PT5M  | three refresh hints
          ES256       | ES256 | ES256 | P7D  | PT0S  | P1D   | PT5M  | three refresh hints
          ES256       | ES256 | ES256 | PT1H | PT1H  | P1D   | PT5M  | not longer than the prepare lead
          ES256       | ES256 | ES256 | P3654D | PT30M | P1D | PT5M | longer than ten years
          ES256       | ES256 | ES256 | PT1H | PT2H  | P1D   | PT5M  | not longer than the prepare lead
          """)
  void settingsThatCannotKeepTheirPromiseAreRefused(
      String tokens,
      SignatureAlgorithm svid,
      SignatureAlgorithm root,
      Duration lifetime,
      Duration lead,
      Duration longest,
      Duration hint,
      String why) {
    List<SignatureAlgorithm> algorithms =
        tokens.isEmpty()
            ? List.of()
            : Arrays.stream(tokens.split(",")).map(SignatureAlgorithm::valueOf).toList();
    assertThatThrownBy(
            () ->
                new KeySettings(
                    TestRing.DOMAIN,
                    algorithms,
                    svid,
                    new KeySettings.OwnRoot(root),
                    lifetime,
                    lead,
                    longest,
                    hint))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void noResourceMakesAccessTokensOfAnotherAlgorithm() {
    KeySettings settings = KeySettings.defaults(TestRing.DOMAIN);
    assertThatThrownBy(() -> settings.tokenAlgorithms(Set.of(SignatureAlgorithm.ES512)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not ES512");
  }

  @Test
  void theDefaultsHold() {
    assertThatCode(() -> KeySettings.defaults(TestRing.DOMAIN)).doesNotThrowAnyException();
  }
}

package io.mintmark.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VariablesTest {
  @Test
  void twoRolesInOneEnvironmentAreAnErrorAndNotChance() {
    assertThatThrownBy(
            () ->
                Variables.merged(
                    Map.of(
                        "aws \"a\"", Map.of("AWS_ROLE_ARN", "a"),
                        "aws \"b\"", Map.of("AWS_ROLE_ARN", "b")),
                    Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("both set AWS_ROLE_ARN");
  }

  @Test
  void whatIsNamedCountsBeforeWhatIsBrought() throws IOException {
    assertThat(
            Variables.merged(
                Map.of("azure \"a\"", Map.of("A", "brought", "B", "b")), Map.of("A", "named")))
        .isEqualTo(Map.of("A", "named", "B", "b"));
  }
}

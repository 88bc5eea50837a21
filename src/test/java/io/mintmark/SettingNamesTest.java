package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A setting that is misspelt is never a setting left out. */
final class SettingNamesTest {
  @ParameterizedTest
  @CsvSource({
    "MINTMARK_TRUSTED_PROXY, MINTMARK_TRUSTED_PROXIES",
    "MINTMARK_ISUER, MINTMARK_ISSUER",
    "MINTMARK_TLS_CERTIFICATES_FILE, MINTMARK_TLS_CERTIFICATE_FILE",
    "MINTMARK_LIMIT_CONCURRENT, MINTMARK_LIMITS_CONCURRENT",
    "mintmark_issuer, MINTMARK_ISSUER",
    "Mintmark_Data, MINTMARK_DATA"
  })
  void aMisspeltNameStopsTheStartAndTheNearestIsNamed(String name, String meant) {
    assertThatThrownBy(() -> SettingNames.check(Map.of(name, "1")))
        .isInstanceOf(StartupRefused.class)
        .hasMessage(
            "\""
                + name
                + "\" is no setting, did you mean "
                + meant
                + "? (docs/configuration.md has them all)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MINTMARK_NOTHINGLIKEIT",
        "MINTMARK_",
        "MINTMARK__ISSUER_OF_OTHERS",
        "MINTMARK_PORT",
        "MINTMARK_HTTPS_PORT",
        "MINTMARK_SERVICE"
      })
  void anUnknownNameStopsTheStart(String name) {
    assertThatThrownBy(() -> SettingNames.check(Map.of(name, "8443")))
        .isInstanceOf(StartupRefused.class)
        .hasMessageContaining("\"" + name + "\" is no setting");
  }

  @Test
  void noMessageObeysAHostileName() {
    assertThatThrownBy(
            () -> SettingNames.check(Map.of("MINTMARK_\u001b[2J" + "A".repeat(9999), "")))
        .message()
        .hasSizeLessThan(300)
        .doesNotContain("\u001b");
  }

  @Test
  void whatIsDocumentedIsKnown() {
    Map<String, String> all =
        SettingsPage.rows().stream()
            .collect(
                Collectors.toMap(
                    row -> row.property().toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"),
                    row -> "x"));
    assertThat(all).hasSizeGreaterThan(10);
    assertThatCode(() -> SettingNames.check(all)).doesNotThrowAnyException();
    assertThat(SettingNames.known()).hasSameSizeAs(all.keySet());
  }

  /** Kubernetes gives every pod the addresses of the services beside it. */
  @ParameterizedTest
  @CsvSource({
    "MINTMARK_SERVICE_HOST, 10.0.0.7",
    "MINTMARK_SERVICE_PORT, 8443",
    "MINTMARK_SERVICE_PORT_HTTPS, 8443",
    "MINTMARK_PORT, tcp://10.0.0.7:8443",
    "MINTMARK_PORT_8443_TCP, tcp://10.0.0.7:8443",
    "MINTMARK_PORT_8443_TCP_ADDR, 10.0.0.7",
    "MINTMARK_MANAGEMENT_SERVICE_HOST, 10.0.0.8",
    "MINTMARK_MANAGEMENT_PORT, tcp://10.0.0.8:9000",
    "MINTMARK_JAVA_OPTS, -Xmx1g",
    "MINTMARK_BROKER, https://mintmark.example.org",
    "OTEL_SERVICE_NAME, x",
    "NOT_MINTMARK_ISSUER, x"
  })
  void whatOthersSetIsLetBe(String name, String value) {
    assertThatCode(() -> SettingNames.check(Map.of(name, value))).doesNotThrowAnyException();
  }
}

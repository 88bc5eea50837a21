package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.workload.SignatureAlgorithm;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings that do not fit, or would be dangerous, stop the start with a sentence. */
final class SetupTest {
  @TempDir Path data;

  @Test
  void developmentNeedsNoSettings() {
    Setup setup = setup(Map.of("dev", "true"));
    assertThat(setup.issuer()).isEqualTo("https://localhost:" + setup.https().port());
    assertThat(setup.trustDomain().name()).isEqualTo("dev.mintmark");
    assertThat(setup.policy()).isEqualTo(data.resolve("policy"));
    assertThat(setup.http()).isNotNull();
    assertThat(setup.refusalsPerAddress()).isZero();
    assertThat(setup.exchangesPerIdentity()).isZero();
  }

  @Test
  void aValueThatCannotBeReadIsToldByTheNameItHasInTheEnvironment() {
    assertThat(
            Boot.setting(
                "java.lang.IllegalArgumentException: SRCFG00039: The config property"
                    + " mintmark.limits.concurrent with the config value \"x\" threw an Exception"
                    + " whilst being converted SRCFG00029: Expected an integer value, got \"x\""))
        .isEqualTo(
            "MINTMARK_LIMITS_CONCURRENT \"x\" cannot be used:"
                + " docs/configuration.md says what it takes");
  }

  @Test
  void aFileInTheDataFoldersPlaceIsNamed() throws Exception {
    Path file = Files.createFile(data.resolve("file"));
    assertThatThrownBy(() -> DataLock.take(file))
        .isInstanceOf(StartupRefused.class)
        .hasMessageContaining("is no folder");
  }

  @Test
  void productionListensWithLimitsAndNoPlainHttp() {
    Setup setup = setup(production());
    assertThat(setup.http()).isNull();
    assertThat(setup.refusalsPerAddress()).isPositive();
    assertThat(setup.exchangesPerIdentity()).isPositive();
    assertThat(setup.keys().defaultAlgorithm()).isEqualTo(SignatureAlgorithm.ES256);
    assertThat(setup.issuerPath()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "issuer | null | the issuer is not set",
        "issuer | http://mintmark.example.org | is not an https URL",
        "issuer | https://mintmark.example.org/ | is not an https URL",
        "issuer | https://mintmark.example.org?x=1 | is not an https URL",
        "issuer | https://mintmark.example.org#x | is not an https URL",
        "issuer | https://a@mintmark.example.org | is not an https URL",
        "issuer | https:// | is not an https URL",
        "issuer | mintmark.example.org | is not an https URL",
        "issuer | https://a b | is not an https URL",
        "trust-domain | null | the trust domain is not set",
        "trust-domain | Example.org | MINTMARK_TRUST_DOMAIN",
        "trust-domain | spiffe://example.org | MINTMARK_TRUST_DOMAIN",
        "trust-domain | example.org. | MINTMARK_TRUST_DOMAIN",
        "https-listen | 8443 | is not host:port",
        "https-listen | :8443 | is not host:port",
        "https-listen | localhost | is not host:port",
        "https-listen | localhost:x | is not host:port",
        "https-listen | localhost:70000 | is not host:port",
        "https-listen | ::1:8443 | is not host:port",
        "https-listen | 203.0.113.77:0 | cannot listen on",
        "https-listen | systemd | no socket was passed to this process",
        "http-listen | systemd | is not host:port",
        "management-listen | systemd | is not host:port",
        "http-listen | 0.0.0.0:0 | plain HTTP is for a proxy",
        "signing | none | is none of ES256",
        "signing | HS256 | is none of ES256",
        "signing | es256 | is none of ES256",
        "signing | ES512 | access tokens are signed with",
        "key-lifetime | 1m | is not longer than the prepare lead",
        "key-lifetime | 99999999999h | is longer than ten years",
        "key-lifetime | PT2562047788015215H | is longer than ten years",
        "key-lifetime | -7d | is not positive",
        "ledger-retention | 0s | must be positive and at most 100 years",
        "ledger-retention | -1d | must be positive and at most 100 years",
        "ledger-retention | 99999999999h | must be positive and at most 100 years",
        "trusted-proxies | example.org | is not an IP address",
        "trusted-proxies | 10.0.0.0/40 | no usable prefix length",
        "limits.concurrent | 0 | MINTMARK_LIMITS_CONCURRENT must be from 1 to 1000000",
        "limits.concurrent | 500000000 | must be from 1 to 1000000",
        "limits.refusals-per-address | -1 | must be from 0 to 1000000",
        "limits.exchanges-per-identity | -1 | must be from 0 to 1000000",
        "limits.exchanges-per-identity | 2000000000 | must be from 0 to 1000000",
        "tls.certificate-file | /x.pem | go together",
        "tls.key-file | /x.pem | go together"
      })
  void whatDoesNotFitHasASentence(String name, String value, String sentence) {
    Map<String, String> settings = new HashMap<>(production());
    if (value == null) {
      settings.remove(name);
    } else {
      settings.put(name, value);
    }
    assertThatThrownBy(() -> setup(settings))
        .isInstanceOf(StartupRefused.class)
        .hasMessageContaining(sentence)
        .hasMessageNotContaining("\n");
  }

  @Test
  void developmentListensOnLoopbackOnly() {
    for (String listener : new String[] {"https-listen", "http-listen", "management-listen"}) {
      assertThatThrownBy(() -> setup(Map.of("dev", "true", listener, "0.0.0.0:0")))
          .isInstanceOf(StartupRefused.class)
          .hasMessageContaining("listens on loopback only");
    }
  }

  @Test
  void plainHttpIsServedToListedProxiesAndOnLoopback() {
    Map<String, String> settings = new HashMap<>(production());
    settings.put("http-listen", "127.0.0.1:0");
    assertThat(setup(settings).http()).isNotNull();
    settings.put("http-listen", "0.0.0.0:0");
    settings.put("trusted-proxies", "10.0.3.0/24");
    assertThat(setup(settings).http()).isNotNull();
  }

  @Test
  void aFolderThatWasForDevelopmentIsNotForProduction() throws Exception {
    Files.createDirectory(data.resolve("dev"));
    assertThatThrownBy(() -> setup(production()))
        .isInstanceOf(StartupRefused.class)
        .hasMessageContaining("was used with --dev");
  }

  @Test
  void aPortInUseHasItsSentence() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String here = "127.0.0.1:" + taken.getLocalPort();
      assertThatThrownBy(() -> setup(Map.of("dev", "true", "https-listen", here)))
          .isInstanceOf(StartupRefused.class)
          .hasMessageContaining("cannot listen on " + here)
          .hasMessageContaining("MINTMARK_HTTPS_LISTEN");
    }
  }

  @Test
  void theIssuersPathIsKept() {
    Map<String, String> settings = new HashMap<>(production());
    settings.put("issuer", "https://example.org/mintmark");
    assertThat(setup(settings).issuerPath()).isEqualTo("/mintmark");
  }

  @Test
  void aSecondBrokerIsToldWhoHoldsTheFolder() throws Exception {
    Path folder = data.resolve("new");
    try (DataLock first = DataLock.take(folder)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
          .isEqualTo("rwx------");
      assertThatThrownBy(() -> DataLock.take(folder))
          .isInstanceOf(StartupRefused.class)
          .hasMessageContaining("is in use by another broker")
          .hasMessageContaining("pid " + ProcessHandle.current().pid());
    }
    DataLock.take(folder).close();
  }

  @Test
  void aFolderThatIsOpenToOthersIsRefused() throws Exception {
    Path folder = data.resolve("open");
    Files.createDirectory(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThatThrownBy(() -> DataLock.take(folder))
        .isInstanceOf(StartupRefused.class)
        .hasMessageContaining("chmod 700");
  }

  private static Map<String, String> production() {
    return Map.of("issuer", "https://mintmark.example.org", "trust-domain", "broker.example.org");
  }

  private Setup setup(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>();
    all.put("mintmark.data", data.toString());
    all.put("mintmark.https-listen", "127.0.0.1:0");
    all.put("mintmark.management-listen", "127.0.0.1:0");
    if (settings.containsKey("dev")) {
      all.put("mintmark.http-listen", "127.0.0.1:0");
    }
    settings.forEach((name, value) -> all.put("mintmark." + name, value));
    return Setup.of(
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(Settings.class)
            .withSources(new PropertiesConfigSource(all, "test", 100))
            .build()
            .getConfigMapping(Settings.class));
  }
}

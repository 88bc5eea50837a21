package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mintmark.cli.dev.DevAuthority;
import io.mintmark.keys.Pem;
import io.mintmark.ledger.Journal;
import io.mintmark.ledger.JournalSettings;
import io.mintmark.ledger.LedgerListener;
import io.mintmark.ledger.TestKey;
import io.mintmark.workload.WorkloadId;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What health and metrics say of faults that stop no issuance. */
final class HealthTest {
  @TempDir Path folder;
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  @Test
  void aServerKeyThatIsOpenedToOthersIsToldAndTheBrokerStaysReady() throws Exception {
    Path chain = folder.resolve("tls.crt");
    Path key = folder.resolve("tls.key");
    certificate(chain, key);
    try (Service service =
        service(
            Map.of(
                "tls.certificate-file", chain.toString(),
                "tls.key-file", key.toString()))) {
      assertThat(data(new Health.KeysActive(service).call()))
          .doesNotContainKey("server_certificate_files");
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
      until(() -> gauge("mintmark.server.certificate.problems") == 1);
      HealthCheckResponse keys = new Health.KeysActive(service).call();
      assertThat(keys.getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
      assertThat(data(keys).get("server_certificate_files")).asString().contains("set mode 0600");
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
      until(() -> gauge("mintmark.server.certificate.problems") == 0);
    }
  }

  @Test
  void aStoreThatIsGoneIsToldAndTheBrokerStaysReady() throws Exception {
    try (Service service =
        service(Map.of("store-url", "postgresql://mintmark:secret@127.0.0.1:1/mintmark"))) {
      until(() -> counter("mintmark.projection.failures") > 0);
      assertThat(gauge("mintmark.projection.up")).isZero();
      assertThat(gauge("mintmark.projection.lag.records")).isPositive();
      HealthCheckResponse store = new Health.StoreFollows(service).call();
      assertThat(store.getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
      assertThat(data(store)).containsEntry("takes_records", false).containsKey("lag_records");
      assertThat(data(store).get("problem"))
          .asString()
          .contains("127.0.0.1")
          .doesNotContain("secret");
      assertThat(new Health.LedgerWritable(service).call().getStatus())
          .isEqualTo(HealthCheckResponse.Status.UP);
    }
  }

  @Test
  void aBrokerIsAliveWhileItsLedgerCanRecover() throws Exception {
    try (Service service = service(Map.of())) {
      assertThat(new Health.Alive(service).call().getStatus())
          .isEqualTo(HealthCheckResponse.Status.UP);
      service.broker().journal().close();
      assertThat(new Health.Alive(service).call().getStatus())
          .isEqualTo(HealthCheckResponse.Status.UP);
    }
  }

  @Test
  void aLedgerThatAnErrorEndedIsNotAlive() throws Exception {
    LedgerListener broken =
        new LedgerListener() {
          @Override
          public void synced(int records, long nanos) {
            throw new OutOfMemoryError("none left");
          }
        };
    try (Journal journal =
        Journal.open(
            folder, JournalSettings.defaults(), new TestKey(0), InstantSource.system(), broken)) {
      assertThat(Health.Alive.of(journal, new Pulse()).getStatus())
          .isEqualTo(HealthCheckResponse.Status.UP);
      new Chronicle(journal, InstantSource.system(), new Random(1)).started("v");
      until(journal::isBroken);
      until(() -> Health.Alive.of(journal, new Pulse()).getData().isPresent());
      HealthCheckResponse dead = Health.Alive.of(journal, new Pulse());
      assertThat(dead.getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
      assertThat(data(dead).get("problem")).asString().contains("restart the broker");
    }
  }

  @Test
  void aBrokerThatRunsNothingThatWaitsIsNotAlive() throws Exception {
    List<Runnable> tasks = new ArrayList<>();
    Pulse pulse = new Pulse(tasks::add);
    try (Service service = service(Map.of())) {
      Journal journal = service.broker().journal();
      for (int i = 0; i < 6; i++) {
        pulse.beat();
      }
      assertThat(Health.Alive.of(journal, pulse).getStatus())
          .isEqualTo(HealthCheckResponse.Status.UP);
      pulse.beat();
      HealthCheckResponse dead = Health.Alive.of(journal, pulse);
      assertThat(dead.getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
      assertThat(data(dead).get("problem")).asString().contains("restart the broker");
      tasks.getLast().run();
      assertThat(Health.Alive.of(journal, pulse).getStatus())
          .isEqualTo(HealthCheckResponse.Status.UP);
    }
  }

  @Test
  void aStoreThatFollowsSaysSo() throws Exception {
    try (Service service = service(Map.of("store-url", "embedded"))) {
      until(() -> gauge("mintmark.projection.lag.records") == 0);
      assertThat(gauge("mintmark.projection.up")).isOne();
      assertThat(counter("mintmark.projection.failures")).isZero();
      assertThat(data(new Health.StoreFollows(service).call()))
          .containsEntry("takes_records", true)
          .doesNotContainKey("problem");
    }
  }

  private Service service(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>();
    all.put("mintmark.dev", "true");
    all.put("mintmark.data", folder.resolve("data").toString());
    all.put("mintmark.store-url", "off");
    for (String listen : List.of("https", "http", "management")) {
      all.put("mintmark." + listen + "-listen", "127.0.0.1:0");
    }
    settings.forEach((name, value) -> all.put("mintmark." + name, value));
    return new Service(
        Setup.of(
            new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(Settings.class)
                .withSources(new PropertiesConfigSource(all, "test", 100))
                .build()
                .getConfigMapping(Settings.class)),
        new Telemetry(metrics, null),
        InstantSource.system());
  }

  private void certificate(Path chain, Path key) throws IOException {
    DevAuthority.X509Evidence svid =
        DevAuthority.open(folder, InstantSource.system())
            .x509Svid(WorkloadId.parse("spiffe://dev.mintmark/w"), Duration.ofHours(1));
    try {
      Files.writeString(chain, Pem.encode("CERTIFICATE", svid.chain().getFirst().getEncoded()));
    } catch (CertificateEncodingException impossible) {
      throw new IOException(impossible);
    }
    Files.writeString(key, Pem.encode("PRIVATE KEY", svid.keys().getPrivate().getEncoded()));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
  }

  private double gauge(String name) {
    return Objects.requireNonNull(metrics.find(name).gauge(), name).value();
  }

  private double counter(String name) {
    return Objects.requireNonNull(metrics.find(name).counter(), name).count();
  }

  private static Map<String, Object> data(HealthCheckResponse check) {
    return check.getData().orElse(Map.of());
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 1000 && !condition.getAsBoolean(); i++) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }
}

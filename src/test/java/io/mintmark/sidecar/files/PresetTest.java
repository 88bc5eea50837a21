package io.mintmark.sidecar.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mintmark.sidecar.delivery.Delivery;
import io.mintmark.sidecar.delivery.DeliveryPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of one client: the credential comes and goes, the configuration stays. */
class PresetTest {
  @TempDir Path temp;
  private Path folder = Path.of("/");
  private final Hand hand = new Hand();

  @BeforeEach
  void folder() throws IOException {
    folder = Files.createDirectory(temp.resolve("client"));
  }

  @AfterEach
  void close() {
    hand.close();
  }

  private Preset preset() {
    return new Preset(folder, Ownership.OURS, false, null);
  }

  private Delivery started(DeliveryPlan plan) throws IOException {
    Delivery delivery = plan.open(hand.surroundings());
    delivery.start();
    return delivery;
  }

  @Test
  void aFolderThatOthersWriteHoldsNoConfigurationEither() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    DeliveryPlan plan =
        preset().fixed("config", "token: at.json\n").token("token", Hand.LEDGER).plan("client");

    assertThatThrownBy(() -> started(plan)).hasMessageContaining("can be written by others");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void theCredentialGoesWithItsExpiryAndTheConfigurationStays() throws IOException {
    Delivery delivery =
        started(preset().fixed("config", "a\n").token("token", Hand.LEDGER).plan("client"));
    assertThat(folder.resolve("config")).hasContent("a\n");
    assertThat(delivery.ready()).isFalse();
    hand.giveToken("first", 60);
    assertThat(folder.resolve("token")).hasContent("first");
    assertThat(delivery.ready()).isTrue();

    hand.lose(Hand.LEDGER);

    assertThat(folder.resolve("token")).doesNotExist();
    assertThat(folder.resolve("config")).hasContent("a\n");
    assertThat(delivery.ready()).isFalse();
  }

  @Test
  void aHookRunsAfterEachRenewalOfTheCredentialAndNotForTheConfiguration() throws IOException {
    Path out = temp.resolve("out");
    HookPlan hook =
        new HookPlan(
            new HookPlan.Command(List.of("/bin/sh", "-c", "echo $MINTMARK_FILE >> " + out)),
            Duration.ofSeconds(30));
    started(
        new Preset(folder, Ownership.OURS, false, hook)
            .fixed("config", "a\n")
            .token("token", Hand.LEDGER)
            .plan("client"));
    assertThat(out).doesNotExist();
    hand.giveToken("first", 60);
    hand.giveToken("second", 60);
    assertThat(out).hasContent((folder.resolve("token") + "\n").repeat(2));
  }

  @Test
  void noneOfTheFilesIsForOthers() throws IOException {
    started(preset().fixed("config", "a\n").token("token", Hand.LEDGER).plan("client"));
    hand.giveToken("first", 60);
    for (String file : new String[] {"config", "token"}) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void configurationStandsBesideACertificateThatIsSwappedWhole() throws IOException {
    Delivery delivery =
        started(
            preset()
                .fixed("service.conf", "a\n")
                .pem(Hand.IDENTITY, "client.crt", "client.key", "root.crt")
                .plan("client"));
    hand.giveBundle();
    for (int generation = 0; generation < 3; generation++) {
      hand.give(Hand.IDENTITY, hand.certificate());
      assertThat(delivery.ready()).isTrue();
    }

    assertThat(folder.resolve("client.key")).content().startsWith("-----BEGIN PRIVATE KEY");
    assertThat(folder.resolve("service.conf")).hasContent("a\n");
    delivery.stop(Duration.ZERO);
  }

  @Test
  void anExecCredentialSaysUntilWhenItIsGood() throws IOException {
    started(preset().execCredential("credential.json", Hand.LEDGER).plan("client"));
    hand.giveToken("first", 60);

    JsonNode credential =
        new ObjectMapper().readTree(Files.readString(folder.resolve("credential.json")));
    assertThat(credential.path("apiVersion").asText()).isEqualTo("client.authentication.k8s.io/v1");
    assertThat(credential.path("kind").asText()).isEqualTo("ExecCredential");
    assertThat(credential.path("status").path("token").asText()).isEqualTo("first");
    assertThat(credential.path("status").path("expirationTimestamp").asText())
        .isEqualTo(hand.now.plusSeconds(60).toString());
  }
}

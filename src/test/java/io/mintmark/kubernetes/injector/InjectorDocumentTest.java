package io.mintmark.kubernetes.injector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.documents.DocumentErrors;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InjectorDocumentTest {
  @TempDir private Path folder;

  @Test
  void pathsAreRelativeToTheDocument() throws DocumentErrors {
    InjectorPlan plan = Pods.plan(folder, Pods.DOCUMENT);
    assertThat(plan.certificate().key()).isEqualTo(folder.resolve("svid_key.pem"));
    assertThat(plan.profiles()).containsOnlyKeys("default", "identity");
    assertThat(plan.profiles().get("identity").tokenSeconds()).isEqualTo(600);
    assertThat(plan.listen().getPort()).isEqualTo(9443);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "name: default|name: other|none is called \"default\"",
        "name: identity|name: default|is there twice",
        "tokenLifetime: 10m|tokenLifetime: 5m|10 minutes to an hour",
        "tokenLifetime: 10m|tokenLifetime: 61m|10 minutes to an hour",
        "tokenLifetime: 10m|folder: /etc|which the volume would hide",
        "tokenLifetime: 10m|folder: /opt/mintmark/sidecar|which the volume would hide",
        "tokenLifetime: 10m|folder: /var/run/secrets/mintmark|which the volume would hide",
        "tokenLifetime: 10m|folder: /a/../..|folder",
        "format: pem|format: nonsense|a sidecar of it would not start",
        "{file: authorities.pem, trustDomain: broker.example.org}|{system: true, file: x}|exactly"
            + " one of",
        "{file: authorities.pem, trustDomain: broker.example.org}|{trustDomain: a.org, system:"
            + " true}|no trust domain",
        "LEDGER_TOKEN_FILE:|\"A=B\":|a name that none can have",
        "cpu: 10m|gpu: 10m|gpu",
        "port|listen: 0.0.0.0:99999|65535",
        "pullPolicy|command: [sh]|command"
      })
  void whatIsWrongIsSaidWithItsPlace(String before, String after, String sentence) {
    String document = Pods.DOCUMENT;
    if (after.startsWith("listen") || after.startsWith("command")) {
      document = document.replace("spec:\n", "spec:\n  " + after + "\n");
    } else {
      assertThat(document).contains(before);
      document = document.replace(before, after);
    }
    String text = document;
    assertThatThrownBy(() -> Pods.plan(folder, text))
        .isInstanceOf(DocumentErrors.class)
        .satisfies(
            wrong -> assertThat(((DocumentErrors) wrong).problems().toString()).contains(sentence));
  }
}

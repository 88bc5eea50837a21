package io.mintmark.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mintmark.documents.DocumentErrors;
import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.held.Wanted;
import io.mintmark.sidecar.plan.BrokerPlan;
import io.mintmark.sidecar.plan.ListenAddress;
import io.mintmark.sidecar.plan.Plan;
import io.mintmark.sidecar.plan.ProofPlan;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole document, and what is wrong with the list of its deliveries. */
class DeliveriesTest {
  private static final String HEAD =
      """
      apiVersion: mintmark.io/v1
      kind: Sidecar
      metadata: {name: orders}
      spec:
        broker: {url: https://mintmark.example.org:8443, trust: {file: broker-bundle.pem}}
        evidence:
          - {kind: kubernetes, file: /var/run/secrets/mintmark/token}
          - {kind: jwt-svid, workloadApi: unix:///run/spire/agent.sock}
        health: {listen: 127.0.0.1:9901}
        credentials: [{name: ledger, accessToken: {resource: https://ledger.example.org}}]
        deliver:
      """;

  @TempDir Path folder;

  @Test
  void theDocumentThatEverybodyBeginsWithIsRead() throws Exception {
    Plan plan =
        load(
            """
                - name: ledger-token
                  credential: {accessToken: {resource: https://ledger.example.org, scopes: [ledger:read]}}
                  to: {file: {path: /run/mintmark/ledger.token, mode: "0600"}}
                - name: identity
                  credential: {x509Svid: {}}
                  to: {workloadApi: {socket: unix:///run/mintmark/workload.sock, sds: true, allow: {uids: [1000]}}}
                - name: ledger-proxy
                  credential: {accessToken: {resource: https://ledger.example.org}}
                  to: {proxy: {listen: 127.0.0.1:9902, upstream: https://ledger.example.org, secret: {file: secret}}}
            """);
    assertThat(plan.broker().addresses())
        .containsExactly(URI.create("https://mintmark.example.org:8443"));
    assertThat(plan.broker().issuer()).isEqualTo("https://mintmark.example.org:8443");
    assertThat(plan.broker().trust())
        .isEqualTo(
            new BrokerPlan.BrokerTrust.Authorities(
                folder.resolve("broker-bundle.pem"), null, null));
    assertThat(plan.evidence())
        .containsExactly(
            new ProofPlan.TokenFile(
                Path.of("/var/run/secrets/mintmark/token"), ProofPlan.TokenKind.KUBERNETES),
            new ProofPlan.WorkloadApi(Path.of("/run/spire/agent.sock"), false, null));
    assertThat(plan.health()).isEqualTo(new ListenAddress("127.0.0.1", 9901));
    assertThat(plan.deliveries())
        .extracting(DeliveryPlan::name)
        .containsExactly(
            "file \"/run/mintmark/ledger.token\"",
            "socket \"/run/mintmark/workload.sock\"",
            "proxy \"ledger-proxy\"");
    assertThat(plan.credentials())
        .containsOnlyKeys("ledger-token", "identity", "ledger-proxy")
        .containsEntry(
            "ledger-proxy", new Wanted.AccessToken("https://ledger.example.org", Set.of(), null));
    assertThat(plan.warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          file: {path: a}                                      | file: {path: ./a}               | another delivery has the path
          proxy: {listen: 'unix:///a', upstream: 'https://h'}  | file: {path: /a}                | another delivery has the path
          file: {path: a}                                      | file: {path: b}, proxy: {listen: '127.0.0.1:1', upstream: 'https://h'} | must have only one of
          vault: {folder: a, address: 'https://h', role: r}    | vault: {folder: ./a, address: 'https://h', role: s} | another delivery has the path
          vault: {folder: a, address: 'https://h', role: r}    | file: {path: a/jwt}             | another delivery has the path
          file: {path: a/jwt}                                  | vault: {folder: a, address: 'https://h', role: r} | another delivery has the path
          file: {path: a}                                      |                                 | must have one of
          file: {path: a}                                      | aws: {}                         | aws
          """)
  void twoDeliveriesNeverMeetAndEachGoesToOnePlace(String one, String other, String message) {
    assertThat(
            problems(
                "    - {name: a, credential: ledger, to: {%s}}\n    - {name: b, credential: ledger, to: {%s}}\n"
                    .formatted(one, other == null ? "" : other)))
        .anySatisfy(problem -> assertThat(problem).startsWith("13:").contains(message));
  }

  @ParameterizedTest
  @ValueSource(strings = {"svid.pem", "k", "bundle.pem", "..data"})
  void aFileIsNotWrittenOverOneOfTheNamesOfAFolder(String name) {
    String folder =
        "    - {name: a, credential: {x509Svid: {}}, to: {file: {path: tls, format: pem, names:"
            + " {key: k}}}}\n";
    String file = "    - {name: b, credential: ledger, to: {file: {path: tls/%s}}}\n";
    assertThat(problems(folder + file.formatted(name)))
        .singleElement()
        .asString()
        .startsWith("13:")
        .contains("another delivery has the path", "tls/" + name);
    assertThat(problems(file.formatted(name) + folder)).hasSize(1);
  }

  @Test
  void whatSeveralDeliveriesUseIsObtainedOnce() throws Exception {
    Plan plan =
        load(
            """
                - {name: a, credential: ledger, to: {file: {path: a}}}
                - {name: ledger, credential: {x509Svid: {}}, to: {file: {path: b, format: pem}}}
                - name: c
                  credential: {accessToken: {resource: https://ledger.example.org}}
                  to: {file: {path: c}}
            """);
    assertThat(plan.credentials()).containsOnlyKeys("ledger", "ledger (2)");
    assertThat(plan.warnings()).isEmpty();
  }

  @Test
  void aPortOfAProxyThatAsksForNoSecretIsWarnedOfAtItsPlace() throws Exception {
    String entry =
        "    - {name: p, credential: ledger, to: {proxy: {listen: '%s', upstream:"
            + " 'https://h'%s}}}\n";
    assertThat(load(entry.formatted("127.0.0.1:9902", "")).warnings())
        .singleElement()
        .asString()
        .contains(":12:58:")
        .endsWith(
            "\"127.0.0.1:9902\" has no secret: every program that reaches it has the credential's"
                + " rights");
    assertThat(load(entry.formatted("127.0.0.1:9902", ", secret: {file: s}")).warnings()).isEmpty();
    assertThat(load(entry.formatted("unix:///run/p.sock", "")).warnings()).isEmpty();
  }

  @Test
  void whatNothingUsesIsNotObtained() throws Exception {
    Plan plan =
        load("    - {name: a, credential: {x509Svid: {}}, to: {file: {path: a, format: pem}}}\n");
    assertThat(plan.credentials()).containsOnlyKeys("a");
    assertThat(plan.warnings())
        .singleElement()
        .asString()
        .contains("nothing uses it, so it is not obtained");
  }

  @Test
  void aNameIsGivenOnce() {
    String entry = "    - {name: a, credential: ledger, to: {file: {path: %s}}}\n";
    assertThat(problems(entry.formatted("a") + entry.formatted("b")))
        .containsExactly("13:14: error: there is another delivery \"a\"");
  }

  @Test
  void aCredentialIsANameOrTheThingItself() {
    assertThat(problems("    - {name: a, credential: other, to: {file: {path: a}}}\n"))
        .containsExactly("12:29: error: there is no credential \"other\"; known are ledger");
    assertThat(
            problems(
                "    - {name: a, credential: {accessToken: {resuorce: x}}, to: {file: {path:"
                    + " a}}}\n"))
        .allSatisfy(problem -> assertThat(problem).startsWith("12:"))
        .anySatisfy(problem -> assertThat(problem).contains("resuorce"));
    assertThat(
            problems(
                "    - {name: a, credential: {x509Svid: {}, jwtSvid: {audiences: [a]}}, to: {file:"
                    + " {path: a}}}\n"))
        .isNotEmpty();
    assertThat(problems("    - {name: a, credential: {}, to: {file: {path: a}}}\n")).isNotEmpty();
    assertThat(problems("    - {name: a, credential: 7, to: {file: {path: a}}}\n")).isNotEmpty();
    assertThat(problems("    - {name: a, credential: null, to: {file: {path: a}}}\n")).isNotEmpty();
  }

  private Plan load(String deliveries) throws Exception {
    Path document = Files.writeString(folder.resolve("sidecar.yaml"), HEAD + deliveries);
    return Plan.load(document, Deliveries::compile);
  }

  private List<String> problems(String deliveries) {
    DocumentErrors errors = catchThrowableOfType(DocumentErrors.class, () -> load(deliveries));
    return errors.problems().stream()
        .map(String::valueOf)
        .map(text -> text.substring(text.indexOf("sidecar.yaml:") + "sidecar.yaml:".length()))
        .toList();
  }
}

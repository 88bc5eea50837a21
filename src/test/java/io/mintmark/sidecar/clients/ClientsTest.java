package io.mintmark.sidecar.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mintmark.documents.DocumentErrors;
import io.mintmark.sidecar.delivery.Delivery;
import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.files.Hand;
import io.mintmark.sidecar.plan.Plan;
import io.mintmark.sidecar.plan.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From the document to the files of each client. A value of the document is one value there. */
class ClientsTest {
  private static final String HEAD =
      """
      apiVersion: mintmark.io/v1
      kind: Sidecar
      metadata: {name: orders}
      spec:
        broker: {url: "https://localhost:8443", trust: {file: ca.pem}}
        evidence: [{kind: oidc, file: proof}]
        credentials:
          - {name: ledger, accessToken: {resource: "https://ledger.example.org"}}
          - {name: me, x509Svid: {}}
        deliver:
      """;
  private static final String KUBECTL = "folder: %s, server: 'https://10.0.0.1:6443'";
  private static final String POSTGRES =
      "folder: %s, host: db.example.org, database: ledger, user: orders";
  private static final String VAULT =
      "folder: %s, address: 'https://vault.example.org:8200', role: orders";

  @TempDir Path folder;
  private final Hand hand = new Hand();

  @AfterEach
  void close() {
    hand.close();
  }

  private static DeliveryPlan compile(Section entry) {
    Section to = entry.at("to");
    return to.has("kubectl")
        ? KubectlSection.compile(entry, to.at("kubectl"))
        : to.has("postgres")
            ? PostgresSection.compile(entry, to.at("postgres"))
            : VaultSection.compile(entry, to.at("vault"));
  }

  private Plan load(String credential, String to) throws Exception {
    String entry = "    - {name: prod, credential: %s, to: {%s}}\n".formatted(credential, to);
    Path document = Files.writeString(folder.resolve("sidecar.yaml"), HEAD + entry);
    return Plan.load(
        document, spec -> spec.at("deliver").entries().stream().map(ClientsTest::compile).toList());
  }

  private List<String> problems(String credential, String to) {
    DocumentErrors errors = catchThrowableOfType(DocumentErrors.class, () -> load(credential, to));
    return errors == null ? List.of() : errors.problems().stream().map(String::valueOf).toList();
  }

  private Delivery started(String credential, String to) throws Exception {
    Files.createDirectory(folder.resolve("out"));
    Delivery delivery = load(credential, to).deliveries().getFirst().open(hand.surroundings());
    delivery.start();
    return delivery;
  }

  private List<String> written() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("out"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ledger | kubectl: {folder: a, server: "http://10.0.0.1"}                          | server
          ledger | kubectl: {folder: a, server: "https://me:secret@10.0.0.1"}               | has the form https
          ledger | kubectl: {folder: a, server: "https:///x"}                               | has the form https
          ledger | kubectl: {folder: a, server: "https://a", cluster: "a\\n  user: {}"}     | cluster
          ledger | kubectl: {folder: a, server: "https://a", context: "a\\u2028b"}          | context
          ledger | kubectl: {folder: a, server: "https://a", namespace: "a\\nb"}            | namespace
          ledger | kubectl: {folder: a, server: "https://a", command: "bin/mintmark"}       | begins with /
          ledger | kubectl: {folder: a, server: "https://a", command: "mintmark\\n"}        | command
          ledger | kubectl: {folder: "a\\nb", server: "https://a"}                          | one line of visible
          ledger | kubectl: {folder: "a\\u2028b", server: "https://a"}                      | one line of visible
          ledger | kubectl: {folder: a, server: "https://a", certificateAuthority: "a\\tb"} | one line of visible
          me     | kubectl: {folder: a, server: "https://a"}                                | takes a token
          ledger | kubectl: {folder: a, server: "https://a", hook: {command: [reload]}}     | begins with /
          me     | postgres: {folder: a, host: b, database: c, user: d, hook: {http: {url: "http://192.0.2.1/"}}} | is not this machine
          ledger | vault: {folder: a, address: "https://a", role: r, hook: {timeout: 5s}}   | exactly one
          me     | postgres: {folder: a, host: /run/postgresql, database: b, user: c}       | host
          me     | postgres: {folder: a, host: "@socket", database: b, user: c}             | host
          me     | postgres: {folder: a, host: "a,b", database: b, user: c}                 | host
          me     | postgres: {folder: a, host: a, database: "b\\nsslmode=disable", user: c} | database
          me     | postgres: {folder: a, host: a, database: "b sslmode=disable", user: c}   | database
          me     | postgres: {folder: a, host: a, database: b, user: "c\\nhost=evil"}       | user
          me     | postgres: {folder: a, host: a, database: b, user: "c "}                  | user
          me     | postgres: {folder: a, host: a, database: b, user: c, service: "a]"}      | service
          me     | postgres: {folder: a, host: a, database: b, user: c, port: 0}            | port
          me     | postgres: {folder: "a\\nhost=evil", host: a, database: b, user: c}       | one line of visible
          me     | postgres: {folder: a, host: a, database: b, user: c, serverAuthorities: "x\\ny"} | one line of visible
          ledger | postgres: {folder: a, host: a, database: b, user: c}                     | takes an X.509-SVID
          ledger | vault: {folder: a, address: "http://a", role: r}                         | address
          ledger | vault: {folder: a, address: 'https://a/${x}', role: r}                   | cannot
          ledger | vault: {folder: a, address: 'https://a"', role: r}                       | cannot
          ledger | vault: {folder: a, address: "https://a", role: 'r" }'}                   | role
          ledger | vault: {folder: a, address: "https://a", role: '${r}'}                   | role
          ledger | vault: {folder: a, address: "https://a", role: r, mount: '../sys'}       | mount
          ledger | vault: {folder: a, address: "https://a", role: r, mount: 'a" }'}         | mount
          ledger | vault: {folder: a, address: "https://a", role: r, namespace: "a\\nb"}    | namespace
          ledger | vault: {folder: 'a" }', address: "https://a", role: r}                   | cannot
          ledger | vault: {folder: 'a${b}', address: "https://a", role: r}                  | cannot
          ledger | vault: {folder: 'a\\b', address: "https://a", role: r}                 | cannot
          ledger | vault: {folder: "a\\nb", address: "https://a", role: r}                  | one line of visible
          ledger | vault: {folder: a, address: "https://a", role: r, certificateAuthority: 'a"b'} | cannot
          me     | vault: {folder: a, address: "https://a", role: r}                        | takes a token
          """)
  void aValueThatWouldBeMoreThanAValueIsRefused(String credential, String to, String message) {
    assertThat(problems(credential, to))
        .anySatisfy(problem -> assertThat(problem).contains(message));
  }

  @ParameterizedTest
  @ValueSource(strings = {"kubectl: {" + KUBECTL, "postgres: {" + POSTGRES, "vault: {" + VAULT})
  void theFolderThatTheDocumentStandsInIsPartOfThePath(String to) throws IOException {
    folder = Files.createDirectory(folder.resolve("a\nsslmode=disable"));
    String credential = to.startsWith("postgres") ? "me" : "ledger";
    assertThat(problems(credential, to.formatted("out") + "}"))
        .anySatisfy(problem -> assertThat(problem).contains("one line of visible"));
  }

  @Test
  void aDeliveryWithoutACredentialSaysSo() throws Exception {
    String entry = "    - {name: prod, to: {kubectl: {" + KUBECTL.formatted("out") + "}}}\n";
    Path document = Files.writeString(folder.resolve("sidecar.yaml"), HEAD + entry);
    assertThat(
            catchThrowableOfType(
                    DocumentErrors.class,
                    () ->
                        Plan.load(
                            document,
                            spec -> List.of(compile(spec.at("deliver").entries().getFirst()))))
                .problems())
        .singleElement()
        .asString()
        .contains("kubectl needs \"credential\"");
  }

  @Test
  void kubectlFindsAConfigurationAndAPlugInForTheToken() throws Exception {
    Delivery delivery =
        started("ledger", "kubectl: {" + KUBECTL.formatted("out") + ", namespace: payments}");
    assertThat(written()).containsExactly("config");
    assertThat(delivery.environment())
        .containsOnly(Map.entry("KUBECONFIG", folder + "/out/config"));
    hand.giveToken("a.b.c", 60);

    assertThat(delivery.ready()).isTrue();
    assertThat(written()).containsExactly("config", "credential.json");
    assertThat(folder.resolve("out/config"))
        .content()
        .contains(
            "server: \"https://10.0.0.1:6443\"",
            "current-context: \"prod\"",
            "namespace: \"payments\"",
            "command: \"mintmark\"",
            "args: [exec-credential, --file, \"" + folder + "/out/credential.json\"]")
        .doesNotContain("a.b.c");
  }

  @Test
  void libpqFindsAServiceThatNamesItsFiles() throws Exception {
    Delivery delivery =
        started("me", "postgres: {" + POSTGRES.formatted("out") + ", service: ledger}");
    hand.giveBundle();
    hand.give(Hand.IDENTITY, hand.certificate());

    assertThat(delivery.ready()).isTrue();
    assertThat(delivery.environment())
        .containsOnly(
            Map.entry("PGSERVICEFILE", folder + "/out/pg_service.conf"),
            Map.entry("PGSERVICE", "ledger"),
            Map.entry("PGGSSENCMODE", "disable"));
    assertThat(written())
        .containsExactly("pg_service.conf", "postgresql.crt", "postgresql.key", "root.crt");
    assertThat(folder.resolve("out/pg_service.conf"))
        .hasContent(
            """
            [ledger]
            host=db.example.org
            port=5432
            dbname=ledger
            user=orders
            sslmode=verify-full
            sslcert=%1$s/out/postgresql.crt
            sslkey=%1$s/out/postgresql.key
            sslrootcert=%1$s/out/root.crt
            """
                .formatted(folder));
  }

  @Test
  void otherAuthoritiesOfTheServerAreNotShadowedByTheWorkloadsOwn() throws Exception {
    started("me", "postgres: {" + POSTGRES.formatted("out") + ", serverAuthorities: db.pem}");
    hand.giveBundle();
    hand.give(Hand.IDENTITY, hand.certificate());

    assertThat(written())
        .containsExactly("bundle.crt", "pg_service.conf", "postgresql.crt", "postgresql.key");
    assertThat(folder.resolve("out/pg_service.conf"))
        .content()
        .contains("sslrootcert=" + folder + "/db.pem\n");
  }

  @Test
  void anAgentFindsTheTokenAndHowToLogIn() throws Exception {
    Delivery delivery =
        started(
            "ledger",
            "vault: {"
                + VAULT.formatted("out")
                + ", mount: mintmark/jwt, namespace: team/a, certificateAuthority: ca.pem}");
    assertThat(delivery.environment())
        .containsOnly(
            Map.entry("VAULT_ADDR", "https://vault.example.org:8200"),
            Map.entry("VAULT_CACERT", folder + "/ca.pem"),
            Map.entry("VAULT_NAMESPACE", "team/a"));
    hand.giveToken("a.b.c", 60);

    assertThat(written()).containsExactly("agent.hcl", "jwt");
    assertThat(folder.resolve("out/jwt")).hasContent("a.b.c");
    assertThat(folder.resolve("out/agent.hcl"))
        .hasContent(
            """
            vault {
              address = "https://vault.example.org:8200"
              ca_cert = "%1$s/ca.pem"
            }

            auto_auth {
              method "jwt" {
                mount_path = "auth/mintmark/jwt"
                namespace = "team/a"
                config = {
                  path = "%1$s/out/jwt"
                  role = "orders"
                  remove_jwt_after_reading = false
                }
              }
              sink "file" {
                config = {
                  path = "%1$s/out/token"
                  mode = 0600
                }
              }
            }
            """
                .formatted(folder));
  }
}

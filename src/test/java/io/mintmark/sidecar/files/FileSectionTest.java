package io.mintmark.sidecar.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mintmark.documents.DocumentErrors;
import io.mintmark.sidecar.plan.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with an entry is said at its place. */
class FileSectionTest {
  private static final String HEAD =
      """
      apiVersion: mintmark.io/v1
      kind: Sidecar
      metadata: {name: orders}
      spec:
        broker: {addresses: ["https://localhost:8443"], trust: {caFile: ca.pem}}
        evidence: [{file: {path: proof, kind: oidc}}]
        credentials:
          - {name: ledger, accessToken: {resource: "https://ledger.example.org"}}
          - {name: me, x509Svid: {}}
        files:
      """;

  @TempDir Path folder;

  private Plan load(String files) throws Exception {
    Path document = Files.writeString(folder.resolve("sidecar.yaml"), HEAD + files);
    return Plan.load(document, spec -> FileSection.compile(spec.at("files")));
  }

  private List<String> problems(String files) {
    DocumentErrors errors = catchThrowableOfType(DocumentErrors.class, () -> load(files));
    return errors.problems().stream()
        .map(String::valueOf)
        .map(text -> text.substring(text.indexOf("sidecar.yaml")))
        .toList();
  }

  @Test
  void everyFormatCompiles() throws Exception {
    Files.writeString(folder.resolve("page.peb"), "{{ credentials.me.spiffe_id }}");
    Plan plan =
        load(
            """
                - {path: a, credential: ledger}
                - {path: b, format: header, credential: ledger, mode: "0640", group: "0"}
                - {path: c, format: json, credential: me, onExpiry: keep}
                - {path: d, format: env, variables: [{name: A, credential: ledger}]}
                - path: e
                  format: template
                  template: {text: "{{ credentials.ledger.token }}", escape: json, credentials: [ledger]}
                - {path: f, format: template, template: {file: page.peb, escape: none, credentials: [me]}}
                - {path: g, format: pem, credential: me, names: {certificate: tls.crt}, includeFederated: true}
                - {path: h, format: pkcs12, credential: me, pkcs12: {passwordFile: p}}
                - {path: i, format: bundle, bundle: {trustDomain: prod.example.org}, mode: "0444"}
                - path: j
                  credential: ledger
                  hook: {signal: {pidFile: /run/x.pid, signal: USR1, user: "1000"}, timeout: 5s}
                - {path: k, credential: ledger, hook: {command: [/bin/true]}}
                - {path: l, credential: ledger, hook: {http: {url: "http://127.0.0.1:9000/x"}}}
            """);
    assertThat(plan.deliveries()).hasSize(12);
    assertThat(plan.warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {path: a, credential: nobody}                                 | 11:29 | there is no credential "nobody"
          {path: a, credential: me}                                     | 11:29 | an X.509-SVID has no token
          {path: a}                                                     | 11:7  | needs "credential"
          {path: a, format: pem, credential: ledger}                    | 11:42 | needs an X.509-SVID
          {path: a, format: env, credential: ledger}                    | 11:42 | takes no "credential"
          {path: a, credential: ledger, bundle: {trustDomain: x}}       | 11:45 | takes no "bundle"
          {path: a, credential: ledger, mode: "0666"}                   | 11:43 | mode
          {path: a, credential: ledger, mode: "4600"}                   | 11:43 | mode
          {path: a, credential: ledger, hook: {command: [rm]}}          | 11:53 | begins with /
          {path: a, credential: ledger, hook: {timeout: 5s}}            | 11:43 | exactly one
          {path: a, credential: ledger, hook: {http: {url: "http://192.0.2.1/"}}} | 11:56 | is not this machine
          {path: a, format: template, template: {escape: none, credentials: [ledger]}} | 11:45 | exactly one of "text" and "file"
          {path: a, format: template, template: {text: "x{{ y", escape: none, credentials: [ledger]}} | 11:53 | the template is wrong
          {path: a, format: template, template: {text: "x", credentials: [ledger]}} | 11:45 | escape
          """)
  void anErrorNamesItsLineAndColumn(String entry, String place, String message) {
    assertThat(problems("    - " + entry + "\n"))
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .startsWith("sidecar.yaml:" + place.strip() + ": error: ")
                    .contains(message));
  }

  @Test
  void anErrorInATemplateOfManyLinesStandsAtTheLineInTheDocument() {
    assertThat(
            problems(
                """
                    - path: a
                      format: template
                      template:
                        escape: none
                        credentials: [ledger]
                        text: |
                          token = {{ credentials.ledger.token }}
                          other = {{ credentials.leger.token }}
                """))
        .singleElement()
        .asString()
        .startsWith("sidecar.yaml:18:")
        .contains("leger");
  }

  @Test
  void twoFilesAtOnePathAreAnError() {
    assertThat(
            problems(
                "    - {path: a, credential: ledger}\n    - {path: ./a, credential: ledger}\n"))
        .singleElement()
        .asString()
        .contains("another file has the path");
  }

  @Test
  void aFileThatEverybodyReadsIsAWarning() throws Exception {
    assertThat(load("    - {path: a, credential: ledger, mode: \"0644\"}\n").warnings()).hasSize(1);
  }
}

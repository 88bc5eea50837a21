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
        broker: {url: "https://localhost:8443", trust: {file: ca.pem}}
        evidence: [{kind: oidc, file: proof}]
        credentials:
          - {name: ledger, accessToken: {resource: "https://ledger.example.org"}}
          - {name: me, x509Svid: {}}
        deliver:
      """;

  @TempDir Path folder;

  private Plan load(String files) throws Exception {
    Path document = Files.writeString(folder.resolve("sidecar.yaml"), HEAD + files);
    return Plan.load(
        document,
        spec ->
            spec.at("deliver").entries().stream()
                .map(entry -> FileSection.compile(entry, entry.at("to").at("file")))
                .toList());
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
                - {name: a, credential: ledger, to: {file: {path: a}}}
                - {name: b, credential: ledger, to: {file: {path: b, format: header, mode: "0640", group: "0"}}}
                - {name: c, credential: me, to: {file: {path: c, format: json, onExpiry: keep}}}
                - {name: d, to: {file: {path: d, format: env, variables: [{name: A, credential: ledger}]}}}
                - name: e
                  to:
                    file:
                      path: e
                      format: template
                      template: {text: "{{ credentials.ledger.token }}", escape: json, credentials: [ledger]}
                - {name: f, to: {file: {path: f, format: template, template: {file: page.peb, escape: none, credentials: [me]}}}}
                - {name: g, credential: me, to: {file: {path: g, format: pem, names: {certificate: tls.crt}, includeFederated: true}}}
                - {name: h, credential: me, to: {file: {path: h, format: pkcs12, pkcs12: {passwordFile: p}}}}
                - {name: i, to: {file: {path: i, format: bundle, bundle: {trustDomain: prod.example.org}, mode: "0444"}}}
                - name: j
                  credential: {accessToken: {resource: "https://ledger.example.org"}}
                  to:
                    file:
                      path: j
                      hook: {signal: {pidFile: /run/x.pid, signal: USR1, user: "1000"}, timeout: 5s}
                - {name: k, credential: ledger, to: {file: {path: k, hook: {command: [/bin/true]}}}}
                - {name: l, credential: ledger, to: {file: {path: l, hook: {http: {url: "http://127.0.0.1:9000/x"}}}}}
            """);
    assertThat(plan.deliveries()).hasSize(12);
    assertThat(plan.warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {name: a, credential: nobody, to: {file: {path: a}}} | 11:29 | there is no credential "nobody"
          {name: a, credential: me, to: {file: {path: a}}} | 11:29 | an X.509-SVID has no token
          {name: a, to: {file: {path: a}}} | 11:7 | needs "credential"
          {name: a, credential: ledger, to: {file: {path: a, format: pem}}} | 11:29 | needs an X.509-SVID
          {name: a, credential: ledger, to: {file: {path: a, format: env}}} | 11:29 | takes no "credential"
          {name: a, credential: ledger, to: {file: {path: a, bundle: {trustDomain: x}}}} | 11:66 | takes no "bundle"
          {name: a, credential: ledger, to: {file: {path: a, mode: "0666"}}} | 11:64 | mode
          {name: a, credential: ledger, to: {file: {path: a, mode: "4600"}}} | 11:64 | mode
          {name: a, credential: ledger, to: {file: {path: a, hook: {command: [rm]}}}} | 11:74 | begins with /
          {name: a, credential: ledger, to: {file: {path: a, hook: {timeout: 5s}}}} | 11:64 | exactly one
          {name: a, credential: ledger, to: {file: {path: a, hook: {http: {url: "http://192.0.2.1/"}}}}} | 11:77 | is not this machine
          {name: a, to: {file: {path: a, format: template, template: {escape: none, credentials: [ledger]}}}} | 11:66 | exactly one of "text" and "file"
          {name: a, to: {file: {path: a, format: template, template: {text: "x{{ y", escape: none, credentials: [ledger]}}}} | 11:74 | the template is wrong
          {name: a, to: {file: {path: a, format: template, template: {text: "x", credentials: [ledger]}}}} | 11:66 | escape
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
                    - name: a
                      to:
                        file:
                          path: a
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
        .startsWith("sidecar.yaml:21:")
        .contains("leger");
  }

  @Test
  void aFileThatEverybodyReadsIsAWarning() throws Exception {
    assertThat(
            load("    - {name: a, credential: ledger, to: {file: {path: a, mode: \"0644\"}}}\n")
                .warnings())
        .map(String::valueOf)
        .filteredOn(warning -> warning.contains("every user"))
        .hasSize(1);
  }
}

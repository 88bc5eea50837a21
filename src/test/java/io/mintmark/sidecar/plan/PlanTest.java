package io.mintmark.sidecar.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mintmark.documents.DocumentErrors;
import io.mintmark.sidecar.plan.BrokerPlan.BrokerTrust;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the broker is, whom to believe, and where proof is found. */
class PlanTest {
  private static final String BROKER = "{url: 'https://b.example.org', trust: {system: true}}";
  private static final String EVIDENCE = "{kind: kubernetes, file: token}";

  @TempDir Path folder;

  @Test
  void aBrokerHasOneAddressOrSeveral() throws Exception {
    BrokerPlan one = load(BROKER, EVIDENCE).broker();
    assertThat(one.addresses()).containsExactly(URI.create("https://b.example.org"));
    assertThat(one.trust()).isEqualTo(new BrokerTrust.SystemAuthorities());
    BrokerPlan several =
        load(
                "{url: ['https://a.example.org:8443/', 'https://b.example.org'], issuer:"
                    + " 'https://i.example.org', timeout: 3s, trust: {file: b.json, trustDomain:"
                    + " prod.example.org}}",
                EVIDENCE)
            .broker();
    assertThat(several.addresses())
        .containsExactly(
            URI.create("https://a.example.org:8443"), URI.create("https://b.example.org"));
    assertThat(several.issuer()).isEqualTo("https://i.example.org");
    assertThat(several.timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(several.trust())
        .isEqualTo(
            new BrokerTrust.Spiffe(
                new TrustDomain("prod.example.org"), folder.resolve("b.json"), null, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {url: 'http://b.example.org', trust: {system: true}}                | url
          {url: [], trust: {system: true}}                                    | url
          {url: 'https://u@b.example.org', trust: {system: true}}             | https://host:port
          {url: 'https://b.example.org/path', trust: {system: true}}          | https://host:port
          {url: 'https://b.example.org', trust: {}}                           | trust
          {url: 'https://b.example.org', trust: {file: a, sha256: ABC}}       | sha256
          {url: 'https://b.example.org', trust: {system: true, sha256: '0000000000000000000000000000000000000000000000000000000000000000'}} | that of a "file"
          {url: 'https://b.example.org', trust: {system: false}}              | system
          {url: 'https://b.example.org'}                                      | trust
          {url: 'https://b.example.org', trust: {system: true, file: a}}      | exactly one of "file" and "system"
          {url: 'https://b.example.org', trust: {trustDomain: a}}             | exactly one of "file" and "system"
          {url: 'https://b.example.org', trust: {system: true, trustDomain: a}} | a trust domain needs "file"
          """)
  void aBrokerThatIsNotSaidClearlyIsAnError(String broker, String message) {
    assertThat(problems(broker, EVIDENCE))
        .anySatisfy(problem -> assertThat(problem).contains("sidecar.yaml:5:").contains(message));
  }

  @Test
  void everySourceOfProofIsRead() throws Exception {
    assertThat(
            load(
                    BROKER,
                    "{kind: oidc, file: t}, {kind: x509-svid, certificate: c.pem, key: k.pem},"
                        + " {kind: x509-svid, workloadApi: 'unix:///run/s', id:"
                        + " 'spiffe://prod.example.org/a'}, {kind: github}, {kind: gitlab,"
                        + " variable: MINT}, {kind: jwt-svid, command: [/bin/p, a], timeout: 4s}")
                .evidence())
        .containsExactly(
            new ProofPlan.TokenFile(folder.resolve("t"), ProofPlan.TokenKind.OIDC),
            new ProofPlan.CertificateFiles(folder.resolve("c.pem"), folder.resolve("k.pem")),
            new ProofPlan.WorkloadApi(
                Path.of("/run/s"), true, WorkloadId.parse("spiffe://prod.example.org/a")),
            new ProofPlan.GithubJob(),
            new ProofPlan.GitlabJob("MINT"),
            new ProofPlan.Command(
                List.of("/bin/p", "a"), ProofPlan.TokenKind.JWT_SVID, Duration.ofSeconds(4)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {kind: kubernetes}                                          | exactly one of
          {kind: kubernetes, file: a, command: [b]}                   | exactly one of
          {file: a}                                                   | "kind" is missing
          {kind: nitro, file: a}                                      | kind
          {kind: x509-svid, file: a}                                  | there is no x509-svid by "file"
          {kind: kubernetes, workloadApi: 'unix:///a'}                | there is no kubernetes by "workloadApi"
          {kind: jwt-svid, certificate: a, key: b}                    | there is no jwt-svid by "certificate"
          {kind: github, variable: A}                                 | there is no github by "variable"
          {kind: x509-svid, certificate: a}                           | needs its "key"
          {kind: oidc, file: a, key: b}                               | goes with "certificate" only
          {kind: oidc, file: a, id: 'spiffe://a/b'}                   | goes with "workloadApi" only
          {kind: oidc, file: a, timeout: 1s}                          | goes with "command" only
          {kind: jwt-svid, workloadApi: 'unix://host/a'}              | unix:///path
          {kind: jwt-svid, workloadApi: 'unix:///a?b'}                | unix:///path
          {kind: jwt-svid, workloadApi: 'tcp://127.0.0.1:1'}          | workloadApi
          {kind: jwt-svid, workloadApi: 'unix:///a', id: 'spiffe://'} | id
          """)
  void aSourceThatIsNotSaidClearlyIsAnError(String evidence, String message) {
    assertThat(problems(BROKER, evidence))
        .anySatisfy(problem -> assertThat(problem).contains("sidecar.yaml:6:").contains(message));
  }

  private Plan load(String broker, String evidence) throws Exception {
    return Plan.load(
        Files.writeString(
            folder.resolve("sidecar.yaml"),
            """
            apiVersion: mintmark.io/v1
            kind: Sidecar
            metadata: {name: orders}
            spec:
              broker: %s
              evidence: [%s]
            """
                .formatted(broker, evidence)),
        spec -> List.of());
  }

  private List<String> problems(String broker, String evidence) {
    DocumentErrors errors =
        catchThrowableOfType(DocumentErrors.class, () -> load(broker, evidence));
    return errors.problems().stream().map(String::valueOf).toList();
  }
}

package io.mintmark.evidence.trust;

import static io.mintmark.evidence.trust.World.NOW;
import static io.mintmark.evidence.trust.World.document;
import static io.mintmark.evidence.trust.World.documents;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.mintmark.documents.DocumentErrors;
import io.mintmark.documents.Documents;
import io.mintmark.evidence.BundleOrigin;
import io.mintmark.evidence.JwksOrigin;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustCompilerTest {
  private static final TrustDomain PROD = new TrustDomain("prod.example.org");
  private static final String GITHUB =
      """
      type: github
      issuer: https://token.actions.githubusercontent.com
      identity: spiffe://example.org/ci/{owner}/{repo}
      """;
  private static final String GITLAB =
      """
      type: gitlab
      issuer: https://gitlab.com
      identity: spiffe://example.org/ci/{project_id}
      """;
  private static final String CLUSTER =
      """
      type: kubernetes
      issuer: https://oidc.prod.example.org
      identity: spiffe://prod.example.org/ns/{namespace}/sa/{serviceaccount}
      """;
  private static final String ANY =
      """
      type: oidc
      issuer: https://idp.example.org
      identity: spiffe://example.org/x/{claim:sub}
      """;

  private static final byte[] PEM =
      "-----BEGIN CERTIFICATE-----\n".getBytes(StandardCharsets.UTF_8);

  private final World world = new World();

  static Stream<Arguments> mistakes() {
    return Stream.of(
        issuer(
            ANY.replace("oidc", "gcp"),
            "5:9: error: issuers of type \"gcp\" cannot be checked yet; known are github, gitlab,"
                + " kubernetes, oidc"),
        issuer(ANY.replace("oidc", "azure"), "cannot be checked yet"),
        issuer(ANY.replace("oidc", "aws-web-identity"), "cannot be checked yet"),
        issuer(
            ANY.replace("https://idp.example.org", "https://broker.example.org"),
            "6:11: error: the broker's own tokens are never a platform's"),
        issuer(
            ANY.replace("https://idp.example.org", "https://u@idp.example.org"),
            "is not an https URL"),
        issuer(
            ANY.replace("https://idp.example.org", "https://idp.example.org?x"),
            "is not an https URL"),
        issuer(
            ANY.replace("https://idp.example.org", "https://idp.example.org#x"),
            "is not an https URL"),
        issuer(ANY.replace("https://idp.example.org", "http://idp.example.org"), "6:11: error"),
        issuer(
            ANY.replace("{claim:sub}", "{sub}"),
            "7:36: error: placeholder \"{sub}\" is not known; placeholders of oidc are"
                + " {claim:NAME}"),
        issuer(
            CLUSTER.replace("{serviceaccount}", "{sa}"),
            "placeholders of kubernetes are {namespace} {node} {pod_uid} {serviceaccount}"),
        issuer(
            CLUSTER.replace("ns/{namespace}/", ""),
            "\"{serviceaccount}\" alone is the same for workloads that are not: use or require one"
                + " of namespace, sub"),
        issuer(
            ANY.replace("example.org/x", "{claim:d}/x"),
            "the trust domain of an identity is written out, never a placeholder"),
        issuer(
            ANY.replace("example.org/x/{claim:sub}", "example.org/{claim:a}-{claim:b}"),
            "a path segment has one placeholder"),
        issuer(
            ANY.replace("example.org/x", "broker.example.org/mintmark"),
            "are reserved for the broker"),
        issuer(
            ANY + "jwks: {file: absent.json}\n",
            "8:16: error: file \"absent.json\" does not exist"),
        issuer(ANY + "jwks: {file: broken.json}\n", "8:16: error: the JWK set"),
        issuer(ANY + "jwks: {file: private.json}\n", "holds a private or symmetric key"),
        issuer(ANY + "tls: {caFile: absent.pem}\n", "does not exist"),
        issuer(
            ANY.replace("https://idp.example.org", "https:///idp.example.org"),
            "6:11: error: \"https:///idp.example.org\" is not an https URL"),
        issuer(
            ANY + "jwks: {url: \"https://u@idp.example.org/k\"}\n",
            "8:15: error: \"https://u@idp.example.org/k\" is not an https URL"),
        issuer(
            GITHUB,
            "anybody can get tokens of issuer \"https://token.actions.githubusercontent.com\":"
                + " \"require\" must pin one of enterprise_id, repository_id, repository_owner_id,"
                + " enterprise, repository, repository_owner, sub"),
        issuer(GITHUB + "require: {}\n", "must pin one of"),
        issuer(GITHUB + "require: {ref: refs/heads/main}\n", "8:12: error: anybody"),
        issuer(
            GITHUB + "require: {job_workflow_ref: a/b/c.yml@refs/heads/main}\n", "must pin one of"),
        issuer(
            GITHUB.replace("type: github", "type: oidc").replace("{owner}/{repo}", "{claim:sub}")
                + "require: {repository_id: 7}\n",
            "has type github"),
        issuer(
            GITHUB.replace("{owner}/{repo}", "{repo}") + "require: {enterprise_id: 7}\n",
            "\"{repo}\" alone"),
        issuer(
            GITHUB.replace("{owner}/{repo}", "{environment}")
                + "require: {repository_owner_id: 7}\n",
            "\"{environment}\" alone"),
        issuer(
            GITLAB, "must pin one of namespace_id, project_id, namespace_path, project_path, sub"),
        issuer(
            GITLAB.replace("{project_id}", "{environment}") + "require: {namespace_id: 7}\n",
            "\"{environment}\" alone"),
        issuer(
            ANY.replace("https://idp.example.org", "https://accounts.google.com"),
            "must pin one of"),
        issuer(
            ANY.replace("https://idp.example.org", "https://accounts.google.com/"),
            "must pin one of"),
        issuer(
            ANY.replace("https://idp.example.org", "https://ACCOUNTS.google.com"),
            "must pin one of"),
        issuer(
            ANY.replace("https://idp.example.org", "https://agent.buildkite.com"),
            "must pin one of"),
        issuer(
            ANY.replace("https://idp.example.org", "https://login.microsoftonline.com/common/v2.0"),
            "must pin one of"),
        issuer(
            ANY.replace("https://idp.example.org", "https://app.terraform.io"), "must pin one of"),
        domain(
            "prod.example.org",
            "accepts: [jwt-svid]",
            "\"bundle\" is missing: only the broker's own trust domain does without one"),
        domain(
            "prod.example.org",
            "bundle: {file: absent.json}\naccepts: [jwt-svid]",
            "5:18: error: file \"absent.json\" does not exist"),
        domain(
            "prod.example.org", "bundle: {file: broken.json}\naccepts: [jwt-svid]", "5:18: error"),
        domain(
            "prod.example.org",
            "bundle: {endpoint: {url: \"https://s.example.org\", profile: https_spiffe, spiffeId:"
                + " spiffe://prod.example.org/spire/server, bootstrap: {file: empty.json}}}\n"
                + "accepts: [jwt-svid]",
            "a bundle without a usable key vouches for no endpoint"),
        domain(
            "prod.example.org",
            "bundle: {endpoint: {url: \"https://s.example.org\", profile: https_spiffe, spiffeId:"
                + " spiffe://prod.example.org/spire/server}}\n"
                + "accepts: [jwt-svid]",
            "needs a \"bootstrap\" bundle"),
        domain(
            "prod.example.org",
            "bundle: {endpoint: {url: \"https://s.example.org\", profile: https_spiffe, bootstrap:"
                + " {file: absent.json}}}\n"
                + "accepts: [jwt-svid]",
            "\"spiffeId\" is missing"),
        domain(
            "prod.example.org",
            "bundle: {endpoint: {url: \"https://s.example.org\", profile: https_spiffe, spiffeId:"
                + " spiffe://evil.org/x, bootstrap: {file: absent.json}}}\n"
                + "accepts: [jwt-svid]",
            "is not in trust domain \"prod.example.org\""),
        domain(
            "prod.example.org",
            "bundle: {endpoint: {url: \"https://s.example.org\", profile: https_spiffe, spiffeId:"
                + " spiffe://prod.example.org/s, caFile: ca.pem}}\n"
                + "accepts: [jwt-svid]",
            "\"caFile\" has no meaning with profile https_spiffe"),
        domain(
            "prod.example.org",
            "bundle: {endpoint: {url: \"https://s.example.org\", profile: https_web, spiffeId:"
                + " spiffe://prod.example.org/s}}\n"
                + "accepts: [jwt-svid]",
            "\"spiffeId\" has no meaning with profile https_web"),
        domain(
            "prod.example.org",
            "bundle: {endpoint: {url: \"https://s.example.org\", profile: https_web, bootstrap:"
                + " {file: empty.json}}}\n"
                + "accepts: [jwt-svid]",
            "\"bootstrap\" has no meaning with profile https_web"),
        domain(
            "prod.example.org",
            "bundle: {endpoint: {url: \"https://s.example.org\", profile: https_web, caFile:"
                + " absent.pem}}\n"
                + "accepts: [jwt-svid]",
            "file \"absent.pem\" does not exist"),
        domain(
            "prod.example.org",
            "bundle: {endpoint: {url: \"https://s.example.org\", profile: https_spiffe, spiffeId:"
                + " spiffe://prod.example.org/a/../b, bootstrap: {file: certificates.pem}}}\n"
                + "accepts: [jwt-svid]",
            "has a segment that is empty, . or .."),
        domain(
            "prod.example.org",
            "bundle: {endpoint: {url: \"https://u:p@s.example.org\", profile: https_web}}\n"
                + "accepts: [jwt-svid]",
            "is not an https URL"));
  }

  private static Arguments issuer(String spec, String message) {
    return arguments(document("Issuer", "it", spec), message);
  }

  private static Arguments domain(String name, String spec, String message) {
    return arguments(document("TrustDomain", name, spec), message);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsAnErrorWithItsPlace(String yaml, String message) {
    TrustCompilation compilation =
        world.compile(
            yaml,
            Map.of(
                "broken.json", "{".getBytes(StandardCharsets.UTF_8),
                "empty.json", "{\"keys\":[]}".getBytes(StandardCharsets.UTF_8),
                "certificates.pem", PEM,
                "private.json",
                    "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}"
                        .getBytes(StandardCharsets.UTF_8)));
    assertThat(compilation).isInstanceOf(TrustCompilation.Broken.class);
    List<String> problems =
        ((TrustCompilation.Broken) compilation).problems().stream().map(Object::toString).toList();
    assertThat(problems)
        .anySatisfy(problem -> assertThat(problem).startsWith("trust.yaml:").contains(message));
    assertThat(world.sources.size()).isZero();
  }

  @Test
  void twoDocumentsForOneIssuerAreAnError() {
    assertThat(
            world.problems(documents(document("Issuer", "a", ANY), document("Issuer", "b", ANY))))
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .startsWith("trust.yaml:14:")
                    .contains(
                        "issuer \"https://idp.example.org\" is already that of \"a\" at"
                            + " trust.yaml:6:11"));
  }

  @Test
  void issuersThatCanGiveTheSameIdentityAreWarnedOf() {
    String other = ANY.replace("idp", "idp2").replace("{claim:sub}", "{claim:n}");
    String apart = ANY.replace("idp", "idp3").replace("/x/", "/y/");
    assertThat(
            world.problems(
                documents(
                    document("Issuer", "a", ANY),
                    document("Issuer", "b", other),
                    document("Issuer", "c", apart))))
        .singleElement()
        .asString()
        .contains("warning: issuers \"a\" and \"b\" can give the same identity");
  }

  @ParameterizedTest
  @ValueSource(strings = {"repository: o/r", "repository_owner: o", "sub: x", "enterprise: e"})
  void aPinByNameOnlyIsWarnedOf(String pin) {
    assertThat(world.problems(document("Issuer", "gh", GITHUB + "require: {" + pin + "}\n")))
        .singleElement()
        .asString()
        .contains("warning: a name can be given up and taken by somebody else");
  }

  @ParameterizedTest
  @ValueSource(strings = {"repository_id: 7", "repository_owner_id: [7, 8]", "enterprise_id: 9"})
  void aPinByIdIsEnough(String pin) {
    assertThat(world.problems(document("Issuer", "gh", GITHUB + "require: {" + pin + "}\n")))
        .isEmpty();
  }

  @Test
  void anIssuerOfOnesOwnNeedsNoPin() {
    String enterprise =
        GITHUB.replace(
            "https://token.actions.githubusercontent.com",
            "https://ghe.example.org/_services/token");
    String own = GITLAB.replace("gitlab.com", "gitlab.example.org");
    assertThat(
            world.problems(
                documents(
                    document("Issuer", "ghe", enterprise.replace("/ci/", "/ghe/")),
                    document("Issuer", "gl", own))))
        .isEmpty();
  }

  @Test
  void anEmptyListAndAFixedIdentityAreWarnedOf() {
    assertThat(world.problems(document("TrustDomain", "broker.example.org", "accepts: []")))
        .singleElement()
        .asString()
        .contains("warning: an empty list");
    assertThat(world.problems(document("Issuer", "a", ANY.replace("{claim:sub}", "y"))))
        .singleElement()
        .asString()
        .contains("warning: no placeholder");
  }

  /** Or the next change of any document would be refused once a trust domain revoked its keys. */
  @Test
  void aBundleFileWithoutKeysIsWarnedOf() {
    TrustCompilation compilation =
        world.compile(
            document("TrustDomain", "prod.example.org", "bundle: {file: e}\naccepts: [x509-svid]"),
            Map.of("e", "{\"keys\":[]}".getBytes(StandardCharsets.UTF_8)));
    assertThat(compilation).isInstanceOf(TrustCompilation.Compiled.class);
    assertThat(compilation.toString()).contains("a bundle without a usable key");
  }

  @Test
  void originsAreAsTheDocumentsSay() {
    world.attestor(
        documents(
            document("TrustDomain", "broker.example.org", "accepts: [jwt-svid]"),
            document(
                "TrustDomain",
                "a.example.org",
                "bundle: {workloadApi: \"unix:///run/a.sock\"}\naccepts: [jwt-svid]"),
            document(
                "TrustDomain",
                "b.example.org",
                "bundle: {endpoint: {url: \"https://b.example.org/b\", profile: https_web,"
                    + " allowAddresses: [10.0.0.0/8]}}\n"
                    + "accepts: [jwt-svid]"),
            document(
                "Issuer", "c", CLUSTER + "tokenFile: /var/run/token\nallowAddresses: [10.0.0.1]\n"),
            document("Issuer", "d", ANY + "jwks: {url: \"https://idp.example.org/keys\"}\n")));
    assertThat(world.bundles.keySet())
        .containsExactlyInAnyOrder(
            new BundleOrigin.Own(World.OWN),
            new BundleOrigin.WorkloadApi(new TrustDomain("a.example.org"), "unix:///run/a.sock"),
            new BundleOrigin.WebEndpoint(
                new TrustDomain("b.example.org"),
                "https://b.example.org/b",
                null,
                List.of("10.0.0.0/8")));
    assertThat(world.keys.keySet())
        .containsExactlyInAnyOrder(
            new JwksOrigin.Discovery(
                "https://oidc.prod.example.org",
                new JwksOrigin.Connection(null, "/var/run/token", List.of("10.0.0.1"))),
            new JwksOrigin.Url(
                "https://idp.example.org",
                "https://idp.example.org/keys",
                new JwksOrigin.Connection(null, null, List.of())));
  }

  @Test
  void filesAndASpiffeEndpointAreOriginsToo() {
    byte[] bundle = World.bundle(PROD, Certificates.authority("x")).toJson();
    TrustCompilation compilation =
        world.compile(
            documents(
                document(
                    "TrustDomain",
                    "prod.example.org",
                    "bundle: {endpoint: {url: \"https://s.example.org\", profile: https_spiffe,"
                        + " spiffeId: spiffe://prod.example.org/spire/server, bootstrap: {file:"
                        + " b.json}}}\n"
                        + "accepts: [x509-svid]"),
                document(
                    "TrustDomain",
                    "two.example.org",
                    "bundle: {file: b.json}\naccepts: [x509-svid]"),
                document("Issuer", "c", CLUSTER + "jwks: {file: j.json}\n")),
            Map.of("b.json", bundle, "j.json", "{\"keys\":[]}".getBytes(StandardCharsets.UTF_8)));
    assertThat(compilation).isInstanceOf(TrustCompilation.Compiled.class);
    assertThat(world.bundles.keySet())
        .containsExactlyInAnyOrder(
            new BundleOrigin.SpiffeEndpoint(
                PROD,
                "https://s.example.org",
                WorkloadId.parse("spiffe://prod.example.org/spire/server"),
                "b.json",
                List.of()),
            new BundleOrigin.File(new TrustDomain("two.example.org"), "b.json"));
    assertThat(world.keys.keySet())
        .containsExactly(new JwksOrigin.File("https://oidc.prod.example.org", "j.json"));
  }

  @Test
  void whatTheKeySourceObjectsToIsTheDocumentsError() {
    TrustContext context = world.context();
    TrustSources picky =
        new TrustSources(
            new io.mintmark.evidence.KeySources() {
              @Override
              public io.mintmark.evidence.KeySource<io.mintmark.spiffe.Bundle> bundles(
                  BundleOrigin origin) {
                throw new IllegalArgumentException("no such socket");
              }

              @Override
              public io.mintmark.evidence.KeySource<io.mintmark.jose.JwkSet> keys(
                  JwksOrigin origin) {
                throw new IllegalArgumentException("allowAddresses: \"x\" is no address");
              }
            });
    TrustContext objecting =
        new TrustContext(
            World.OWN,
            World.BROKER,
            context.ownBundle(),
            picky,
            context.replayGuard(),
            context.clock(),
            context.platforms());
    String issuer = document("Issuer", "c", CLUSTER);
    String domain = document("TrustDomain", "broker.example.org", "accepts: [jwt-svid]");
    assertThat(compile(issuer, objecting)).contains("allowAddresses: \"x\" is no address");
    assertThat(compile(domain, objecting)).contains("no such socket");
  }

  /** What is wrong with documents that must not come into force. */
  private static String compile(String yaml, TrustContext context) {
    try {
      TrustCompilation compilation =
          TrustCompiler.compile(Documents.parse("t.yaml", yaml).load(), context);
      assertThat(compilation).isInstanceOf(TrustCompilation.Broken.class);
      return compilation.toString();
    } catch (DocumentErrors e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aBundleWithKeysOrInPemIsNotTakenForEmpty() {
    byte[] bundle = World.bundle(PROD, Certificates.authority("x")).toJson();
    String file = "bundle: {file: b}\naccepts: [x509-svid]";
    String endpoint =
        "bundle: {endpoint: {url: \"https://s.example.org\", profile: https_spiffe, spiffeId:"
            + " spiffe://prod.example.org/s, bootstrap: {file: b}}}\naccepts: [x509-svid]";
    for (String spec : List.of(file, endpoint)) {
      for (byte[] bytes : List.of(bundle, PEM)) {
        assertThat(
                world.compile(
                    document("TrustDomain", "prod.example.org", spec), Map.of("b", bytes)))
            .isInstanceOfSatisfying(
                TrustCompilation.Compiled.class,
                compiled -> assertThat(compiled.warnings()).isEmpty());
      }
    }
  }

  @Test
  void statusTellsHowTheKeysAre() {
    TrustAttestor attestor =
        world.attestor(
            documents(
                document("TrustDomain", "broker.example.org", "accepts: [jwt-svid]"),
                document("Issuer", "c", CLUSTER)));
    TrustStatus status = attestor.status(NOW);
    assertThat(status.trustDomains())
        .containsExactly(
            new TrustStatus.Keys(
                "broker.example.org",
                "broker.example.org",
                true,
                NOW.minusSeconds(7),
                Duration.ofSeconds(7),
                null));
    assertThat(status.issuers())
        .containsExactly(
            new TrustStatus.Keys(
                "https://oidc.prod.example.org", "c", false, null, null, "unreachable"));
  }
}

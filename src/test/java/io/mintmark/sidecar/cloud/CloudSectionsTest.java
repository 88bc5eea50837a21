package io.mintmark.sidecar.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.sidecar.Threads;
import io.mintmark.sidecar.delivery.Delivery;
import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.plan.Plan;
import io.mintmark.sidecar.plan.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Deliveries to clouds as their document says them, and the files that they are. */
class CloudSectionsTest {
  private static final String AWS =
      "roleArn: 'arn:aws:iam::123456789012:role/teams/orders', region: eu-west-1";
  private static final String ENDPOINT =
      "endpoint: {listen: '127.0.0.1:0', authorization: {file: auth}}";
  private static final String PROVIDER =
      "//iam.googleapis.com/projects/123456789/locations/global/workloadIdentityPools/prod/providers/mintmark";
  private static final String AZURE =
      "clientId: 11111111-2222-3333-4444-555555555555, tenantId:"
          + " 66666666-7777-8888-9999-000000000000";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      value = {
        "aws: {ROLE, endpoint: {listen: '0.0.0.0:1', authorization: {file: a}}} => is not on the"
            + " loopback",
        "aws: {ROLE, endpoint: {listen: 'example.org:1', authorization: {file: a}}} => is not on"
            + " the loopback",
        "aws: {ROLE, endpoint: {listen: '127.0.0.1', authorization: {file: a}}} => host:port",
        "aws: {ROLE, endpoint: {listen: '127.0.0.1:1'}} => authorization",
        "aws: {ROLE} => exactly one of",
        "aws: {ROLE, ENDPOINT, hook: {command: [/bin/true]}} => a hook goes with",
        "aws: {ROLE, folder: a, hook: {command: [reload]}} => begins with /",
        "azure: {folder: a, AZURE, hook: {timeout: 5s}} => exactly one of",
        "aws: {ROLE, folder: a, ENDPOINT} => exactly one of",
        "aws: {roleArn: 'arn:aws:iam::12:role/orders', region: eu-west-1, folder: a} => ACCOUNT has"
            + " 12 digits",
        "aws: {roleArn: 'arn:aws:iam::123456789012:user/orders', region: eu-west-1, folder: a} => a"
            + " role has the form",
        "aws: {roleArn: 'arn:aws:iam::123456789012:role/a&Action=b', region: eu-west-1, folder: a}"
            + " => a role has the form",
        "aws: {roleArn: 'arn:aws-iso:iam::123456789012:role/orders', region: us-iso-east-1,"
            + " ENDPOINT} => sts: {url:",
        "aws: {roleArn: 'arn:aws:iam::123456789012:role/orders', region: 'evil.example.org/',"
            + " folder: a} => region",
        "aws: {ROLE, sessionName: 'a b', folder: a} => sessionName",
        "aws: {ROLE, endpoint: {listen: '127.0.0.1:1', authorization: {file: a}, lifetime: 14m}} =>"
            + " 15m to 12h",
        "aws: {ROLE, endpoint: {listen: '127.0.0.1:1', authorization: {file: a}, lifetime: 13h}} =>"
            + " 15m to 12h",
        "aws: {ROLE, endpoint: {listen: '127.0.0.1:1', authorization: {file: a}, sts: {url:"
            + " 'http://sts.example.org'}}} => url",
        "aws: {ROLE, endpoint: {listen: '127.0.0.1:1', authorization: {file: a}, sts: {url:"
            + " 'https://u@sts.example.org'}}} => url",
        "aws: {ROLE, folder: 'a #b'} => cannot hold",
        "gcp: {folder: a, provider: 'https://iam.googleapis.com/projects/1'} => provider",
        "gcp: {folder: a, provider: 'PROVIDER', serviceAccount: 'x@y/z'} => serviceAccount",
        "gcp: {folder: a, provider: 'PROVIDER', lifetime: 1h} => service account's",
        "gcp: {folder: a, provider: 'PROVIDER', serviceAccount: 'a@b.c', lifetime: 5m} => 10m to"
            + " 12h",
        "gcp: {folder: a, provider: 'PROVIDER', credentialsUrl: 'https://a.b'} => serviceAccount",
        "gcp: {folder: a, provider: 'PROVIDER', tokenUrl: 'http://a.b'} => tokenUrl",
        "azure: {folder: a, clientId: 'x', tenantId: 'y'} => clientId",
        "azure: {folder: 'a$(b)', AZURE} => cannot hold",
        "azure: {folder: a, AZURE, authorityHost: 'http://a.b'} => authorityHost",
        "azure: {folder: a, AZURE, mode: '0604'} => mode",
        "aws: {ROLE, endpoint: {listen: '127.0.0.1:1', authorization: {file: a, mode: '0644'}}} =>"
            + " mode",
        "azure: {folder: a, AZURE, authorityHost: 'https://a.b/$(id)'} => authorityHost"
      })
  void whatIsWrongIsSaidAtItsPlace(String to, String message) {
    assertThatThrownBy(() -> plan("{accessToken: {resource: aud}}", to))
        .isInstanceOfSatisfying(
            DocumentErrors.class,
            wrong ->
                assertThat(wrong.problems().toString()).contains(message).contains("sidecar.yaml"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      value = {
        "{x509Svid: {}} => takes no X.509-SVID",
        "{jwtSvid: {audiences: [a, b]}} => one audience only",
        "absent => there is no credential"
      })
  void aCloudIsShownOneTokenForOneAudience(String credential, String message) {
    for (String to :
        new String[] {
          "aws: {ROLE, folder: a}",
          "aws: {ROLE, ENDPOINT}",
          "gcp: {folder: a, provider: 'PROVIDER'}",
          "azure: {folder: a, AZURE}"
        }) {
      assertThatThrownBy(() -> plan(credential, to)).hasMessageContaining(message);
    }
  }

  @Test
  void anAudienceOrAlgorithmThatTheCloudWillRefuseIsWarnedOf() throws Exception {
    assertThat(
            warnings("{accessToken: {resource: other}}", "gcp: {folder: a, provider: 'PROVIDER'}"))
        .contains("the provider takes");
    assertThat(
            warnings(
                "{accessToken: {resource: 'https:" + PROVIDER + "'}}",
                "gcp: {folder: a, provider: 'PROVIDER'}"))
        .isEqualTo("[]");
    assertThat(warnings("{accessToken: {resource: other}}", "azure: {folder: a, AZURE}"))
        .contains("Entra takes \"api://AzureADTokenExchange\"");
    assertThat(
            warnings(
                "{jwtSvid: {audiences: ['api://AzureADTokenExchange']}}",
                "azure: {folder: a, AZURE}"))
        .contains("signing: RS256");
    assertThat(
            warnings(
                "{accessToken: {resource: 'api://AzureADTokenExchange'}}",
                "azure: {folder: a, AZURE}"))
        .isEqualTo("[]");
  }

  @Test
  void theRegionsOwnTokenServiceIsAsked() throws Exception {
    assertThat(sts("arn:aws:iam::123456789012:role/a", "eu-west-1"))
        .isEqualTo("https://sts.eu-west-1.amazonaws.com");
    assertThat(sts("arn:aws-cn:iam::123456789012:role/a", "cn-north-1"))
        .isEqualTo("https://sts.cn-north-1.amazonaws.com.cn");
    assertThat(sts("arn:aws-us-gov:iam::123456789012:role/a", "us-gov-west-1"))
        .isEqualTo("https://sts.us-gov-west-1.amazonaws.com");
  }

  private String sts(String role, String region) throws Exception {
    String to = "aws: {roleArn: '%s', region: %s, ENDPOINT}".formatted(role, region);
    return ((EndpointPlan) only(plan("{accessToken: {resource: aud}}", to)))
        .role()
        .sts()
        .toString();
  }

  @Test
  void awsFindsATokenAndAProfileThatNamesIt() throws Exception {
    Map<String, String> variables =
        delivered("aws: {ROLE, sessionName: orders-1, folder: a}", folder.resolve("a"));
    String token = folder.resolve("a/token").toString();
    assertThat(folder.resolve("a/token")).hasContent("proof");
    assertThat(folder.resolve("a/config"))
        .hasContent(
            """
            [default]
            region = eu-west-1
            role_arn = arn:aws:iam::123456789012:role/teams/orders
            role_session_name = orders-1
            web_identity_token_file = %s
            sts_regional_endpoints = regional
            """
                .formatted(token));
    assertThat(variables)
        .isEqualTo(
            Map.of(
                "AWS_WEB_IDENTITY_TOKEN_FILE", token,
                "AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/teams/orders",
                "AWS_ROLE_SESSION_NAME", "orders-1",
                "AWS_REGION", "eu-west-1",
                "AWS_DEFAULT_REGION", "eu-west-1"));
  }

  @Test
  void googleFindsAnExternalAccount() throws Exception {
    Map<String, String> variables =
        delivered(
            "gcp: {folder: g, provider: 'PROVIDER', serviceAccount: a@p.iam.gserviceaccount.com,"
                + " lifetime: 30m, project: p}",
            folder.resolve("g"));
    JsonNode account =
        new ObjectMapper().readTree(Files.readString(folder.resolve("g/credentials.json")));
    assertThat(account.path("type").textValue()).isEqualTo("external_account");
    assertThat(account.path("audience").textValue()).isEqualTo(PROVIDER);
    assertThat(account.path("subject_token_type").textValue())
        .isEqualTo("urn:ietf:params:oauth:token-type:jwt");
    assertThat(account.path("token_url").textValue())
        .isEqualTo("https://sts.googleapis.com/v1/token");
    assertThat(account.path("service_account_impersonation_url").textValue())
        .isEqualTo(
            "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@p.iam.gserviceaccount.com:generateAccessToken");
    assertThat(account.at("/service_account_impersonation/token_lifetime_seconds").intValue())
        .isEqualTo(1800);
    assertThat(account.at("/credential_source/file").textValue())
        .isEqualTo(folder.resolve("g/token").toString());
    assertThat(account.at("/credential_source/format/type").textValue()).isEqualTo("text");
    assertThat(variables)
        .isEqualTo(
            Map.of(
                "GOOGLE_APPLICATION_CREDENTIALS",
                folder.resolve("g/credentials.json").toString(),
                "GOOGLE_CLOUD_PROJECT",
                "p"));
  }

  @Test
  void staticKeysThatAProgramWouldPreferAreNotInherited() throws Exception {
    try (Threads threads = Threads.start(InstantSource.system())) {
      assertThat(displaced("aws: {ROLE, ENDPOINT}", threads))
          .contains("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE");
      assertThat(displaced("aws: {ROLE, folder: a}", threads))
          .contains("AWS_ACCESS_KEY_ID", "AWS_PROFILE")
          .doesNotContain("AWS_WEB_IDENTITY_TOKEN_FILE");
      assertThat(displaced("azure: {folder: a, AZURE}", threads)).contains("AZURE_CLIENT_SECRET");
    }
  }

  private Set<String> displaced(String to, Threads threads) throws Exception {
    return only(plan("{accessToken: {resource: aud}}", to))
        .open(new FakeToken().surroundings(threads, InstantSource.system()))
        .displaced();
  }

  @Test
  void azureFindsAFederatedToken() throws Exception {
    Map<String, String> variables = delivered("azure: {folder: z, AZURE}", folder.resolve("z"));
    String token = folder.resolve("z/token").toString();
    assertThat(folder.resolve("z/azure.env"))
        .hasContent(
            """
            AZURE_CLIENT_ID=11111111-2222-3333-4444-555555555555
            AZURE_TENANT_ID=66666666-7777-8888-9999-000000000000
            AZURE_FEDERATED_TOKEN_FILE=%s
            AZURE_AUTHORITY_HOST=https://login.microsoftonline.com/
            """
                .formatted(token));
    assertThat(variables).hasSize(4).containsEntry("AZURE_FEDERATED_TOKEN_FILE", token);
  }

  @Test
  void anEndpointIsFoundByItsUrlAndTheFileOfItsValue() throws Exception {
    FakeToken token = new FakeToken();
    DeliveryPlan plan = only(plan("{accessToken: {resource: aud}}", "aws: {ROLE, ENDPOINT}"));
    assertThat(plan.paths()).isEqualTo(Set.of(folder.resolve("auth")));
    try (Threads threads = Threads.start(InstantSource.system())) {
      Delivery delivery = plan.open(token.surroundings(threads, InstantSource.system()));
      delivery.start();
      assertThat(delivery.environment())
          .containsEntry(
              "AWS_CONTAINER_CREDENTIALS_FULL_URI",
              "http://127.0.0.1:" + ((EndpointDelivery) delivery).port() + "/v1/credentials")
          .containsEntry(
              "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", folder.resolve("auth").toString())
          .containsEntry("AWS_REGION", "eu-west-1");
      delivery.stop(Duration.ZERO);
    }
  }

  /** Writes the files, and says what a program would find in its environment. */
  private Map<String, String> delivered(String to, Path into) throws Exception {
    Files.createDirectory(into);
    FakeToken token = new FakeToken();
    token.become(FakeToken.ready("proof", Instant.now().plusSeconds(60)));
    try (Threads threads = Threads.start(InstantSource.system())) {
      Delivery delivery =
          only(plan("{accessToken: {resource: aud}}", to))
              .open(token.surroundings(threads, InstantSource.system()));
      delivery.start();
      while (!delivery.ready()) {
        Thread.onSpinWait();
      }
      Map<String, String> environment = delivery.environment();
      delivery.stop(Duration.ofSeconds(1));
      return environment;
    }
  }

  private static DeliveryPlan only(Plan plan) {
    assertThat(plan.deliveries()).hasSize(1);
    return plan.deliveries().getFirst();
  }

  private String warnings(String credential, String to) throws Exception {
    return plan(credential, to).warnings().toString();
  }

  private Plan plan(String credential, String to) throws IOException, DocumentErrors {
    Path file =
        Files.writeString(
            folder.resolve("sidecar.yaml"),
            """
            apiVersion: mintmark.io/v1
            kind: Sidecar
            metadata: {name: orders}
            spec:
              broker: {url: "https://broker.example.org", trust: {system: true}}
              evidence: [{kind: kubernetes, file: token}]
              deliver:
                - {name: orders, credential: %s, to: {%s}}
            """
                .formatted(
                    credential,
                    to.replace("ROLE", AWS)
                        .replace("ENDPOINT", ENDPOINT)
                        .replace("PROVIDER", PROVIDER)
                        .replace("AZURE", AZURE)));
    return Plan.load(
        file,
        spec -> spec.at("deliver").entries().stream().map(CloudSectionsTest::compile).toList());
  }

  private static DeliveryPlan compile(Section entry) {
    Section to = entry.at("to");
    if (to.has("aws")) {
      return AwsSection.compile(entry, to.at("aws"));
    }
    return to.has("gcp")
        ? GcpSection.compile(entry, to.at("gcp"))
        : AzureSection.compile(entry, to.at("azure"));
  }
}

package io.mintmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.mintmark.cli.Mintmark;
import io.mintmark.cli.dev.DevAuthority;
import io.mintmark.credential.Credential;
import io.mintmark.documents.DocumentErrors;
import io.mintmark.evidence.Evidence;
import io.mintmark.evidence.SourceListener;
import io.mintmark.exchange.Outcome;
import io.mintmark.exchange.SilentObserver;
import io.mintmark.jose.Jws;
import io.mintmark.keys.KeySettings;
import io.mintmark.kubernetes.review.ReviewListener;
import io.mintmark.kubernetes.signing.SigningListener;
import io.mintmark.ledger.JournalSettings;
import io.mintmark.ledger.LedgerListener;
import io.mintmark.ledger.LedgerReader;
import io.mintmark.ledger.Verification;
import io.mintmark.workload.Ask;
import io.mintmark.workload.Delegation;
import io.mintmark.workload.Reason;
import io.mintmark.workload.Scope;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rooms together, on files, without a listener. */
final class BrokerTest {
  private static final String ISSUER = "https://localhost:8443";
  private static final String RESOURCE = "https://ledger.example.org";
  private static final WorkloadId ORDERS =
      WorkloadId.parse("spiffe://dev.mintmark/ns/payments/sa/orders");
  private static final String POLICY =
      """
      apiVersion: mintmark.io/v1
      kind: Resource
      metadata: {name: ledger-api}
      spec:
        owner: ledger-team@example.org
        audience: https://ledger.example.org
        scopes: [ledger:read, ledger:write]
      ---
      apiVersion: mintmark.io/v1
      kind: Grant
      metadata: {name: orders-reads-ledger}
      spec:
        owner: payments@example.org
        workload: spiffe://dev.mintmark/ns/payments/sa/orders
        evidence: [jwt-svid, kubernetes]
        issue:
          accessToken: {resource: ledger-api, scopes: [ledger:read]}
      """;

  @TempDir Path folder;
  private final InstantSource clock = InstantSource.system();

  @Test
  void aJwtSvidBecomesAScopedTokenWithARecord() throws Exception {
    write(POLICY);
    try (Broker broker = broker(id -> true)) {
      Outcome outcome = exchange(broker, jwtSvid(), "ledger:read");
      assertThat(outcome).isInstanceOf(Outcome.Minted.class);
      Credential credential = ((Outcome.Minted) outcome).credential();
      Jws token = Jws.parse(((Credential.AccessToken) credential).token(), 8192);
      assertThat(token.claims().path("sub").asText()).isEqualTo(ORDERS.uri());
      assertThat(token.claims().path("scope").asText()).isEqualTo("ledger:read");
      assertThat(LedgerReader.of(data(), broker.journal(), 0).read(10))
          .anySatisfy(
              entry -> {
                assertThat(entry.record().outcome()).isEqualTo("minted");
                assertThat(entry.record().serial()).isEqualTo(credential.serial());
                assertThat(entry.record().grants()).containsExactly("orders-reads-ledger");
              });
    }
    assertThat(Verification.verify(data(), null, null, seen -> {}).holds()).isTrue();
  }

  @Test
  void policyCheckPrintsTheVersionThatADevelopmentBrokerRuns() throws Exception {
    write(POLICY);
    String policy = folder.resolve("policy").toString();
    try (Broker broker = broker(id -> true)) {
      ByteArrayOutputStream printed = new ByteArrayOutputStream();
      PrintStream before = System.out;
      System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
      try {
        assertThat(Mintmark.run("policy", "check", policy, "--dev", data().toString())).isZero();
      } finally {
        System.setOut(before);
      }
      assertThat(printed.toString(StandardCharsets.UTF_8))
          .startsWith("1 TrustDomain, 1 Issuer, 1 Resource, 1 Grant; ")
          .endsWith("version " + broker.policy().version() + "\n");
    }
    assertThat(Mintmark.run("policy", "check", policy, "--dev", policy)).isOne();
  }

  @Test
  void everyRefusalAndDenialHasARecordToo() throws Exception {
    write(POLICY);
    try (Broker broker = broker(id -> true)) {
      assertThat(exchange(broker, jwtSvid(), "ledger:write"))
          .extracting(outcome -> ((Outcome.Denied) outcome).reason())
          .isEqualTo(Reason.SCOPE_NOT_GRANTED);
      assertThat(exchange(broker, new Evidence.JwtSvid("no token"), "ledger:read"))
          .extracting(outcome -> ((Outcome.Refused) outcome).reason())
          .isEqualTo(Reason.EVIDENCE_MALFORMED);
      assertThat(LedgerReader.of(data(), broker.journal(), 0).read(10))
          .extracting(entry -> entry.record().reason())
          .contains("scope-not-granted", "evidence-malformed");
    }
  }

  @Test
  void anIdentityThatAsksTooOftenIsRefusedOnlyAfterItsProofHeld() throws Exception {
    write(POLICY);
    try (Broker broker = broker(id -> false)) {
      assertThat(exchange(broker, jwtSvid(), "ledger:read"))
          .extracting(outcome -> ((Outcome.Refused) outcome).reason())
          .isEqualTo(Reason.RATE_LIMITED);
      String forged = jwtSvid().token().replaceAll("\\.[^.]*$", "." + "A".repeat(86));
      assertThat(exchange(broker, new Evidence.JwtSvid(forged), "ledger:read"))
          .extracting(outcome -> ((Outcome.Refused) outcome).reason())
          .isEqualTo(Reason.EVIDENCE_SIGNATURE);
    }
  }

  @Test
  void aBrokenPolicyLeavesTheLastGoodOneInForce() throws Exception {
    write(POLICY);
    try (Broker broker = broker(id -> true)) {
      String before = broker.policy().version();
      write(POLICY.replace("evidence:", "evidense:"));
      until(() -> !broker.policy().errors().isEmpty());
      assertThat(broker.policy().version()).isEqualTo(before);
      assertThat(broker.policy().errors().getFirst().toString()).contains("policy.yaml:");
      assertThat(exchange(broker, jwtSvid(), "ledger:read")).isInstanceOf(Outcome.Minted.class);
      write(POLICY.replace("[ledger:read]}", "[ledger:write]}"));
      until(() -> !broker.policy().version().equals(before));
      assertThat(exchange(broker, jwtSvid(), "ledger:write")).isInstanceOf(Outcome.Minted.class);
      assertThat(exchange(broker, jwtSvid(), "ledger:read")).isInstanceOf(Outcome.Denied.class);
    }
  }

  @Test
  void everyChangeOfPolicyHasARecordAndSoHasOneThatIsRefused() throws Exception {
    write(POLICY);
    try (Broker broker = broker(id -> true)) {
      String first = broker.policy().version();
      write(POLICY.replace("[ledger:read]}", "[ledger:write]}"));
      until(() -> !broker.policy().version().equals(first));
      String second = broker.policy().version();
      write("nonsense: true");
      until(() -> broker.journal().size() == 4);
      assertThat(LedgerReader.of(data(), broker.journal(), 0).read(10))
          .extracting(
              line -> line.record().outcome(),
              line -> line.record().action(),
              line -> line.record().policy())
          .containsExactly(
              tuple("admin", "keys-change", null),
              tuple("started", null, first),
              tuple("admin", "policy-change", second),
              tuple("refused", "policy-change", second));
    }
  }

  /** A grant that was taken away must not stay because the disk was full for a moment. */
  @Test
  void aPolicyThatCannotBePutInForceIsSeenAndTriedAgain() throws Exception {
    write(POLICY);
    try (Broker broker = broker(id -> true)) {
      String before = broker.policy().version();
      Path keys = data().resolve("keys");
      Files.move(keys, folder.resolve("away"));
      write(
          POLICY.replace(
              "scopes: [ledger:read, ledger", "signing: RS256\n  scopes: [ledger:read, ledger"));
      until(() -> !broker.policy().errors().isEmpty());
      assertThat(broker.policy().version()).isEqualTo(before);
      Files.move(folder.resolve("away"), keys);
      until(() -> !broker.policy().version().equals(before));
      assertThat(broker.policy().errors()).isEmpty();
    }
  }

  @Test
  void aPolicyThatWaitsForAnAttachedFileComesIntoForceWithIt() throws Exception {
    write(POLICY);
    try (Broker broker = broker(id -> true)) {
      String before = broker.policy().version();
      write(
          POLICY
              + """
              ---
              apiVersion: mintmark.io/v1
              kind: TrustDomain
              metadata: {name: prod.example.org}
              spec: {bundle: {file: bundles/prod.json}, accepts: [jwt-svid]}
              """);
      until(() -> !broker.policy().errors().isEmpty());
      Files.createDirectory(folder.resolve("policy").resolve("bundles"));
      Files.write(
          folder.resolve("policy").resolve("bundles").resolve("prod.json"),
          broker.keys().bundle().toJson());
      until(() -> !broker.policy().version().equals(before));
    }
  }

  @Test
  void aPolicyThatIsBrokenAtTheStartIsNoPolicy() throws Exception {
    write(POLICY + "\nnonsense: true\n");
    assertThatThrownBy(() -> broker(id -> true)).isInstanceOf(DocumentErrors.class);
    write(POLICY);
    broker(id -> true).close();
  }

  @Test
  void aSecondBrokerOnTheDataFolderIsToldWhoHoldsIt() throws Exception {
    write(POLICY);
    try (Broker first = broker(id -> true)) {
      assertThat(first.journal().status().writable()).isTrue();
      assertThatThrownBy(() -> broker(id -> true))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
    }
  }

  @Test
  void aDataFolderThatCannotBeWrittenHasItsSentence() throws Exception {
    write(POLICY);
    Files.writeString(folder.resolve("data"), "a file where the folder should be");
    assertThatThrownBy(() -> broker(id -> true))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("data");
  }

  /** Whoever can write policy decides who gets what. */
  @Test
  void aPolicyThatOthersCanWriteIsNoPolicyAndNeverTakesTheLastGoodOnesPlace() throws Exception {
    String resource = POLICY.substring(0, POLICY.indexOf("---"));
    write(resource);
    Path policy = folder.resolve("policy");
    Files.setPosixFilePermissions(policy, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> broker(id -> true, false))
        .isInstanceOf(DocumentErrors.class)
        .hasMessageContaining("can be written by others");
    Files.setPosixFilePermissions(policy, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (Broker broker = broker(id -> true, false)) {
      String before = broker.policy().version();
      Files.setPosixFilePermissions(policy, PosixFilePermissions.fromString("rwxrwxr-x"));
      write(resource.replace("ledger:read", "ledger:admin"));
      until(() -> !broker.policy().errors().isEmpty());
      assertThat(broker.policy().version()).isEqualTo(before);
      Files.setPosixFilePermissions(policy, PosixFilePermissions.fromString("rwxr-xr-x"));
      until(() -> broker.policy().errors().isEmpty());
      assertThat(broker.policy().version()).isNotEqualTo(before);
    }
  }

  private Broker broker(io.mintmark.exchange.IdentityLimit limit)
      throws IOException, DocumentErrors {
    return broker(limit, true);
  }

  private Broker broker(io.mintmark.exchange.IdentityLimit limit, boolean dev)
      throws IOException, DocumentErrors {
    TrustDomain domain = new TrustDomain("dev.mintmark");
    return Broker.open(
        new BrokerSettings(
            ISSUER,
            domain,
            data(),
            folder.resolve("policy"),
            dev,
            new Cluster(false, null, false, false),
            KeySettings.defaults(domain),
            JournalSettings.defaults(),
            16,
            1000,
            null,
            50,
            null),
        clock,
        limit,
        new Broker.Listeners(
            new SilentObserver(),
            LedgerListener.NONE,
            SourceListener.NONE,
            ReviewListener.NONE,
            SigningListener.NONE));
  }

  private Path data() {
    return folder.resolve("data");
  }

  private void write(String policy) throws IOException {
    Files.createDirectories(folder.resolve("policy"));
    Path next = Files.writeString(folder.resolve("next"), policy);
    Files.move(next, folder.resolve("policy/policy.yaml"), StandardCopyOption.ATOMIC_MOVE);
  }

  private Evidence.JwtSvid jwtSvid() throws IOException {
    return new Evidence.JwtSvid(
        DevAuthority.open(data(), clock).jwtSvid(ORDERS, ISSUER, Duration.ofMinutes(5)));
  }

  private static Outcome exchange(Broker broker, Evidence evidence, String scope) throws Exception {
    return broker
        .exchange()
        .exchange(
            evidence,
            new Ask(
                new Ask.AccessToken(RESOURCE, Set.of(new Scope(scope))),
                null,
                Delegation.NONE,
                InetAddress.getLoopbackAddress(),
                null))
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 1000 && !condition.getAsBoolean(); i++) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }
}

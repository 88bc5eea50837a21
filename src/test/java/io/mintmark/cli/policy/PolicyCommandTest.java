package io.mintmark.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class PolicyCommandTest {
  private static final String ORDERS = "spiffe://dev.mintmark/ns/payments/sa/orders";
  private static final String STAGING = "spiffe://dev.mintmark/ns/staging/sa/orders";

  @TempDir Path folder;

  @BeforeEach
  void samplePolicy() throws IOException {
    try (InputStream in =
        PolicyCommandTest.class.getResourceAsStream("/io/mintmark/dev-policy/dev.yaml")) {
      assertThat(in).isNotNull();
      Files.copy(in, folder.resolve("dev.yaml"));
    }
  }

  @Test
  void checkCountsWhatItFinds() {
    Ran ran = run("check", folder.toString());
    assertThat(ran.out())
        .startsWith("1 Resource, 2 Workload, 3 Grant, 1 Guardrail, 6 PolicyTest; ");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.exit()).isZero();
  }

  @Test
  void checkReportsEveryProblemWithItsPlace() throws IOException {
    Files.writeString(
        folder.resolve("bad.yaml"),
        """
        apiVersion: mintmark.io/v1
        kind: Guardrail
        metadata: {name: bad}
        spec:
          owner: platform
          deny: workload.enviroment == "x"
        """);
    Ran ran = run("check", folder.toString());
    assertThat(ran.err())
        .startsWith(folder.resolve("bad.yaml") + ":6:17: error: condition: undefined field")
        .endsWith("1 error, 0 warnings\n");
    assertThat(ran.exit()).isOne();
  }

  @Test
  void checkCompilesTrustDocumentsAsWell() throws IOException {
    Files.writeString(
        folder.resolve("trust.yaml"),
        """
        apiVersion: mintmark.io/v1
        kind: TrustDomain
        metadata: {name: prod.example.org}
        spec:
          bundle: {file: missing.json}
          accepts: [jwt-svid]
        """);
    Ran ran = run("check", folder.toString());
    assertThat(ran.err()).contains("trust.yaml:5:").contains("missing.json");
    assertThat(ran.exit()).isOne();
  }

  @Test
  void checkOfAnEmptyFolderSaysThatEverythingIsDenied(@TempDir Path empty) {
    Ran ran = run("check", empty.toString());
    assertThat(ran.out()).startsWith("no documents: everything is denied; version ");
    assertThat(ran.exit()).isZero();
    assertThat(run("check", empty.resolve("none").toString()).exit()).isOne();
  }

  @Test
  void testsPassOrSayWhatDiffers() throws IOException {
    Ran passed = run("test", folder.toString());
    assertThat(passed.out()).endsWith("6 tests passed\n");
    assertThat(passed.exit()).isZero();
    Path file = folder.resolve("dev.yaml");
    Files.writeString(file, Files.readString(file).replace("lifetime: 1m", "lifetime: 2m"));
    Ran failed = run("test", folder.toString(), "--explain");
    assertThat(failed.out())
        .contains("FAILED  orders-gets-a-jwt-svid")
        .contains("lifetime: expected 2m, got 1m")
        .contains("granted for 1m");
    assertThat(failed.err()).isEqualTo("mintmark: 1 of 6 tests failed\n");
    assertThat(failed.exit()).isOne();
  }

  @Test
  void explainTellsWhyAndExitsByTheOutcome() {
    Ran denied = explain("--workload", STAGING, "--evidence", "kubernetes", "--resource", "ledger");
    assertThat(denied.out())
        .startsWith("denied: guardrail\n")
        .contains("workload.environment = \"staging\"");
    assertThat(denied.exit()).isOne();
    Ran granted =
        explain(
            "--workload",
            ORDERS,
            "--evidence",
            "jwt-svid",
            "--resource",
            "https://ledger.example.org",
            "--scope",
            "ledger:read",
            "--lifetime",
            "60",
            "--time",
            "2026-11-20T10:00:00+01:00",
            "--json");
    assertThat(granted.out())
        .contains("\"granted\" : true")
        .contains("\"lifetime_seconds\" : 60")
        .contains("\"time\" : \"2026-11-20T09:00:00Z\"");
    assertThat(granted.exit()).isZero();
    assertThat(explain("--workload", ORDERS, "--evidence", "x509-svid", "--x509-svid").exit())
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--workload orders --evidence oidc --x509-svid",
        "--workload spiffe://a/b --evidence passport --x509-svid",
        "--workload spiffe://a/b --evidence oidc",
        "--workload spiffe://a/b --evidence oidc --x509-svid --resource a",
        "--workload spiffe://a/b --evidence oidc --x509-svid --scope a",
        "--workload spiffe://a/b --evidence oidc --x509-svid --time yesterday",
        "--workload spiffe://a/b --evidence oidc --x509-svid --source example.org",
        "--workload spiffe://a/b --evidence oidc --resource a --scope \"",
        "--workload spiffe://a/b --evidence oidc --x509-svid --trust-domain A",
        "--evidence oidc --x509-svid"
      })
  void explainRefusesWrongUsage(String arguments) {
    Ran ran = explain(arguments.split(" "));
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void schemasArePrinted() {
    assertThat(run("schema", "Grant").out()).contains("https://mintmark.io/schemas/v1/grant.json");
    assertThat(run("schema", "Grnt").exit()).isEqualTo(2);
  }

  private Ran explain(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "explain";
    all[1] = folder.toString();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return run(all);
  }

  private static Ran run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        new CommandLine(new PolicyCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new Ran(exit, out.toString(), err.toString());
  }

  private record Ran(int exit, String out, String err) {}
}

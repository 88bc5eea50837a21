package io.mintmark.cli.dev;

import static org.assertj.core.api.Assertions.assertThat;

import io.mintmark.cli.Mintmark;
import io.mintmark.jose.Jws;
import io.mintmark.spiffe.Certificates;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DevCommandTest {
  private static final String ID = "spiffe://dev.mintmark/ns/a/sa/b";

  @TempDir Path data;

  private record Ran(int exit, String out, String err) {}

  @Test
  void jwtSvidPrintsATokenForTheBrokerByDefault() throws Exception {
    Ran ran = run("dev", "jwt-svid", "--id", ID, "--data", data.toString());
    assertThat(ran.exit()).isZero();
    Jws jws = Jws.parse(ran.out().strip(), 8192);
    assertThat(jws.typedClaims().audiences()).containsExactly("https://localhost:8443");
    assertThat(jws.typedClaims().requiredString("sub")).isEqualTo(ID);
  }

  @Test
  void evidenceIsForTheBrokerThatRunsOnTheDataFolder() throws Exception {
    Files.writeString(
        data.resolve("endpoints.json"), "{\"issuer\": \"https://localhost:9443\", \"pid\": 1}");
    Ran svid = run("dev", "jwt-svid", "--id", ID, "--data", data.toString());
    assertThat(Jws.parse(svid.out().strip(), 8192).typedClaims().audiences())
        .containsExactly("https://localhost:9443");
    Ran token =
        run(
            "dev",
            "sa-token",
            "--namespace",
            "a",
            "--serviceaccount",
            "b",
            "--data",
            data.toString());
    assertThat(Jws.parse(token.out().strip(), 8192).typedClaims().audiences())
        .containsExactly("https://localhost:9443");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "null", "{}", "{\"issuer\": 1}"})
  void aDamagedEndpointsFileIsTold(String text) throws Exception {
    Files.writeString(data.resolve("endpoints.json"), text);
    Ran ran = run("dev", "jwt-svid", "--id", ID, "--data", data.toString());
    assertThat(ran.exit()).isOne();
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("endpoints.json\" is damaged").hasLineCount(1);
  }

  @Test
  void theLifetimeIsTheOneAskedFor() throws Exception {
    Ran ran =
        run(
            "dev",
            "jwt-svid",
            "--id",
            ID,
            "--data",
            data.toString(),
            "--ttl",
            "90s",
            "--audience",
            "x");
    var claims = Jws.parse(ran.out().strip(), 8192).typedClaims();
    assertThat(Duration.between(claims.requiredInstant("iat"), claims.requiredInstant("exp")))
        .isEqualTo(Duration.ofSeconds(90));
    assertThat(claims.audiences()).containsExactly("x");
  }

  @Test
  void x509SvidWritesThreeFilesAndTheKeyForItsOwnerOnly() throws Exception {
    Path out = data.resolve("svid");
    Ran ran =
        run("dev", "x509-svid", "--id", ID, "--data", data.toString(), "--out", out.toString());
    assertThat(ran.exit()).as(ran.err()).isZero();
    assertThat(ran.out().lines()).hasSize(3);
    assertThat(Certificates.parse(Files.readAllBytes(out.resolve("svid.pem")), 8)).hasSize(1);
    assertThat(Certificates.parse(Files.readAllBytes(out.resolve("bundle.pem")), 8)).hasSize(1);
    assertThat(Files.readString(out.resolve("key.pem"))).startsWith("-----BEGIN PRIVATE KEY-----");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out.resolve("key.pem"))))
        .isEqualTo("rw-------");
  }

  @Test
  void saTokenPrintsAToken() throws Exception {
    Ran ran =
        run(
            "dev",
            "sa-token",
            "--namespace",
            "payments",
            "--serviceaccount",
            "orders",
            "--data",
            data.toString());
    assertThat(ran.exit()).isZero();
    assertThat(Jws.parse(ran.out().strip(), 8192).typedClaims().requiredString("sub"))
        .isEqualTo("system:serviceaccount:payments:orders");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dev nothing",
        "dev jwt-svid",
        "dev jwt-svid --id",
        "dev jwt-svid --id spiffe://dev.mintmark",
        "dev jwt-svid --id https://dev.mintmark/a",
        "dev jwt-svid --id spiffe://Dev/a",
        "dev jwt-svid --id spiffe://dev.mintmark/a --ttl 0s",
        "dev jwt-svid --id spiffe://dev.mintmark/a --ttl 25h",
        "dev jwt-svid --id spiffe://dev.mintmark/a --ttl five",
        "dev jwt-svid --id spiffe://dev.mintmark/a --ttl -5m",
        "dev jwt-svid --id spiffe://dev.mintmark/a --ttl 5",
        "dev jwt-svid --id spiffe://dev.mintmark/a --unknown",
        "dev jwt-svid --id spiffe://dev.mintmark/a extra",
        "dev jwt-svid --id spiffe://../a",
        "dev x509-svid --id spiffe://kubernetes/a --out x",
        "dev x509-svid",
        "dev x509-svid --id spiffe://dev.mintmark/a",
        "dev x509-svid --out x",
        "dev x509-svid --id spiffe://dev.mintmark/a --out x --ttl 1d",
        "dev sa-token",
        "dev sa-token --namespace a",
        "dev sa-token --serviceaccount a",
        "dev sa-token --namespace A --serviceaccount a",
        "dev sa-token --namespace a --serviceaccount a/b",
        "dev sa-token --namespace a --serviceaccount a --ttl x"
      })
  void wrongUsageExitsWithTwoAndOneLine(String line) {
    String[] words = (line + (line.contains("--") ? " --data " + data : "")).split(" ");
    Ran ran = run(words);
    assertThat(ran.exit()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err().strip().lines()).hasSize(1);
    assertThat(ran.err()).startsWith("mintmark: ");
  }

  @Test
  void aFolderThatCannotBeMadeExitsWithOneAndOneLine() throws Exception {
    Path file = Files.writeString(data.resolve("file"), "");
    Ran ran = run("dev", "jwt-svid", "--id", ID, "--data", file.toString());
    assertThat(ran.exit()).isEqualTo(1);
    assertThat(ran.err().strip().lines()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "dev jwt-svid", "dev x509-svid", "dev sa-token"})
  void helpShowsAnExample(String command) {
    Ran ran = run((command + " --help").split(" "));
    assertThat(ran.exit()).isZero();
    assertThat(ran.out()).contains("Example:");
  }

  private static Ran run(String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
    try {
      int exit = Mintmark.run(arguments);
      return new Ran(
          exit,
          written.toString(StandardCharsets.UTF_8),
          complained.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }
}

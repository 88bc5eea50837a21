package io.mintmark.sidecar.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mintmark.sidecar.plan.ProofPlan;
import io.mintmark.spiffe.Certificates;
import io.mintmark.spiffe.Pki;
import io.mintmark.spiffe.Pki.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Evidence in files, which something else writes and somebody else may have spoiled. */
@Timeout(30)
class FileEvidenceTest {
  private static final String ID = "spiffe://prod.example.org/orders";

  @TempDir Path folder;

  static Stream<Arguments> spoiled() {
    return Stream.of(
        Arguments.of("empty", "", "it is empty"),
        Arguments.of("white space", " \n\t\n", "it is empty"),
        Arguments.of("no token", "secret-of-another-kind", "not a compact JWT"),
        Arguments.of("two parts", "aaaa.secret", "not a compact JWT"),
        Arguments.of("an encrypted token", "a.b.c.d.secret", "not a compact JWT"),
        Arguments.of("two tokens", "a.b.secret\na.b.secret", "not a compact JWT"),
        Arguments.of("a header", "a.b.secret\r\nX-Admin: 1", "not a compact JWT"),
        Arguments.of("a null byte", "a.b.secret\0", "not a compact JWT"),
        Arguments.of("binary", "\u0080\u00ff.secret.\u0000", "not a compact JWT"),
        Arguments.of("too large", "a.b." + "c".repeat(64 * 1024), "larger than 64 KiB"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("spoiled")
  void aSpoiledTokenIsNeitherSentNorShown(String name, String content, String why)
      throws IOException {
    Path file = Files.writeString(folder.resolve("token"), content);
    assertThatThrownBy(() -> token(file).proof("https://broker"))
        .isInstanceOf(ProofUnavailable.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("secret");
  }

  @Test
  void whatIsNoFileKeepsNobodyWaiting() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Path toDevice = Files.createSymbolicLink(folder.resolve("zero"), Path.of("/dev/zero"));
    Path toNowhere = Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
    for (Path odd : List.of(pipe, toDevice, toNowhere, folder, folder.resolve("absent"))) {
      assertThatThrownBy(() -> token(odd).proof("https://broker"))
          .as("%s", odd)
          .isInstanceOf(ProofUnavailable.class);
      assertThatThrownBy(() -> new CertificateFiles(odd, odd).proof("https://broker"))
          .as("%s", odd)
          .isInstanceOf(ProofUnavailable.class);
    }
  }

  @Test
  void aProjectedTokenIsReadThroughItsLinkAndAnewEachTime() throws Exception {
    Path generation = Files.createDirectory(folder.resolve("..1"));
    Files.writeString(generation.resolve("token"), "a.b.c\n");
    Files.createSymbolicLink(folder.resolve("..data"), Path.of("..1"));
    Path link = Files.createSymbolicLink(folder.resolve("token"), Path.of("..data/token"));
    ProofSource source = token(link);
    assertThat(source.proof("https://broker")).isEqualTo(new Proof.JwtSvid("a.b.c"));

    Files.writeString(generation.resolve("token"), "d.e.f");
    assertThat(source.proof("https://broker")).isEqualTo(new Proof.JwtSvid("d.e.f"));
    assertThat(source.proof("https://broker")).asString().doesNotContain("d.e.f");
  }

  @Test
  void aPairOfWhichOneHalfIsNewerWaitsForTheOther() throws Exception {
    Issued old = Pki.leaf(ID).selfSigned();
    Issued renewed = Pki.leaf(ID).selfSigned();
    Path certificate = folder.resolve("svid.pem");
    Path key = pem("key.pem", old.keys().getPrivate());
    Files.writeString(certificate, Certificates.pem(List.of(renewed.certificate())));
    ProofSource source = new CertificateFiles(certificate, key);
    assertThatThrownBy(() -> source.proof("https://broker"))
        .hasMessage("its certificate and key do not belong together");

    pem("key.pem", renewed.keys().getPrivate());
    assertThat(source.proof("https://broker"))
        .isEqualTo(new Proof.X509Svid(List.of(renewed.certificate()), renewed.keys().getPrivate()));
  }

  @Test
  void certificatesAndKeysThatDoNotParseAreRefusedWithoutBeingShown() throws Exception {
    Issued issued = Pki.leaf(ID).selfSigned();
    String good = Certificates.pem(List.of(issued.certificate()));
    Path key = pem("key.pem", issued.keys().getPrivate());
    List<String> certificates =
        List.of(
            "",
            "garbage",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            good.substring(0, good.length() / 2),
            good.repeat(9),
            good + "x".repeat(64 * 1024));
    for (String wrong : certificates) {
      Path file = Files.writeString(folder.resolve("svid.pem"), wrong);
      assertThatThrownBy(() -> new CertificateFiles(file, key).proof("https://broker"))
          .isInstanceOf(ProofUnavailable.class);
    }
    Path certificate = Files.writeString(folder.resolve("svid.pem"), good);
    List<String> keys = new ArrayList<>(List.of("", "secret", good));
    for (String body : List.of("", "c2VjcmV0", "!!!!", "AAAA".repeat(1000))) {
      keys.add("-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
    }
    keys.add("-----END PRIVATE KEY-----\nc2VjcmV0\n-----BEGIN PRIVATE KEY-----\n");
    keys.add(
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nc2VjcmV0\n-----END ENCRYPTED PRIVATE KEY-----");
    for (String wrong : keys) {
      Path file = Files.writeString(folder.resolve("wrong.pem"), wrong);
      assertThatThrownBy(() -> new CertificateFiles(certificate, file).proof("https://broker"))
          .isInstanceOf(ProofUnavailable.class)
          .hasMessageNotContaining("secret")
          .hasMessageNotContaining("c2VjcmV0");
    }
  }

  @Test
  void aPipeThatSomebodyWritesSlowlyIsNotRead() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Process writer = new ProcessBuilder("sh", "-c", "echo a.b.c > '" + pipe + "'").start();
    assertThatThrownBy(() -> token(pipe).proof("https://broker"))
        .hasMessage("it is not a regular file");
    writer.destroyForcibly();
    assertThat(writer.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  private static ProofSource token(Path file) {
    return new TokenFile(file, ProofPlan.TokenKind.JWT_SVID);
  }

  private Path pem(String name, PrivateKey key) throws IOException {
    String body = Base64.getMimeEncoder().encodeToString(key.getEncoded());
    return Files.writeString(
        folder.resolve(name),
        "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
  }
}

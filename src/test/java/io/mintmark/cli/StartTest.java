package io.mintmark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every command pays before it does anything. */
final class StartTest {
  @Test
  void noCommandLoadsTheCryptoBeforeItNeedsIt() throws Exception {
    assertThat(loaded("--help"))
        .contains("io.mintmark.cli.Mintmark")
        .doesNotContain("io.mintmark.jose.Crypto ")
        .doesNotContain("com.amazon.corretto")
        .doesNotContain("org.bouncycastle.jce.provider.BouncyCastleProvider ");
  }

  private static String loaded(String... arguments) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xlog:class+load",
            "-cp",
            System.getProperty("java.class.path"),
            Program.class.getName());
    builder.command().addAll(List.of(arguments));
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  /** The commands of this room in a JVM of their own. */
  static final class Program {
    public static void main(String... arguments) {
      System.exit(Mintmark.run(arguments));
    }
  }
}

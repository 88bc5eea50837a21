package io.mintmark.cli;

import io.mintmark.jose.Crypto;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mintmark version}. */
@Command(
    name = "version",
    description = "Prints version, build, JDK and crypto provider.",
    footer = {"", "Example:", "  mintmark version"})
final class VersionCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().getOut().println(line());
  }

  static String line() {
    Properties build = build();
    return "mintmark %s (build %s), JDK %s, crypto %s"
        .formatted(
            build.getProperty("version", "unknown"),
            build.getProperty("build", "unknown"),
            Runtime.version(),
            Crypto.providerName());
  }

  private static Properties build() {
    Properties properties = new Properties();
    try (InputStream in =
        VersionCommand.class.getResourceAsStream("/io/mintmark/build.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return properties;
  }
}

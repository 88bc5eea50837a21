package io.mintmark;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A development broker on free ports and a data folder of its own. */
public class EdgeProfile implements QuarkusTestProfile {
  /** The data folder of the broker that runs. */
  static final Path DATA = folder();

  /** The issuer, whatever the port. */
  static final String ISSUER = "https://localhost:8443";

  @Override
  public Map<String, String> getConfigOverrides() {
    Map<String, String> settings = new HashMap<>();
    settings.put("mintmark.dev", "true");
    settings.put("mintmark.issuer", ISSUER);
    settings.put("mintmark.data", DATA.toString());
    settings.put("mintmark.https-listen", "127.0.0.1:0");
    settings.put("mintmark.http-listen", "127.0.0.1:0");
    settings.put("mintmark.management-listen", "127.0.0.1:0");
    return settings;
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory(Files.createDirectories(Path.of("target")), "edge");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}

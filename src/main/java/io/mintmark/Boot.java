package io.mintmark;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks the settings, hands those of the framework to it, and starts it. */
final class Boot {
  private static final Pattern UNUSABLE =
      Pattern.compile(
          ".*?config property (mintmark\\.[a-z.-]+) with the config value \"(.*?)\" .*",
          Pattern.DOTALL);

  private static final List<String> OTEL =
      List.of(
          "OTEL_EXPORTER_OTLP_ENDPOINT",
          "OTEL_EXPORTER_OTLP_PROTOCOL",
          "OTEL_EXPORTER_OTLP_HEADERS",
          "OTEL_SERVICE_NAME",
          "OTEL_RESOURCE_ATTRIBUTES");

  private Boot() {}

  /**
   * Runs until the application ends.
   *
   * @param given settings of the command line, which win over all others
   * @return the exit code
   * @throws StartupRefused where it does not start
   */
  static int run(Map<String, String> given, Class<? extends QuarkusApplication> application) {
    given.forEach(System::setProperty);
    Setup setup = Setup.of(settings());
    frameworkSettings(setup).forEach(System::setProperty);
    traces(System.getenv()).forEach(System::setProperty);
    AtomicInteger code = new AtomicInteger();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Quarkus.run(
        application,
        (exit, thrown) -> {
          code.set(exit);
          failure.set(thrown);
        });
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw sentence(thrown, setup.data());
    }
    return code.get();
  }

  private static Settings settings() {
    try {
      SmallRyeConfig config =
          new SmallRyeConfigBuilder()
              .addDefaultInterceptors()
              .addDiscoveredConverters()
              .addDefaultSources()
              .withMapping(Settings.class)
              .build();
      return config.getConfigMapping(Settings.class);
    } catch (ConfigValidationException malformed) {
      throw new StartupRefused(setting(malformed.getProblem(0).getMessage()), malformed);
    }
  }

  /**
   * The framework's message in the operator's words: the setting by its name in the environment.
   */
  static String setting(String message) {
    Matcher matcher = UNUSABLE.matcher(message);
    return matcher.matches()
        ? "%s \"%s\" cannot be used: docs/configuration.md says what it takes"
            .formatted(
                matcher.group(1).toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"), matcher.group(2))
        : message;
  }

  /** The ports are known by now, so that the framework binds what the operator was told. */
  private static Map<String, String> frameworkSettings(Setup setup) {
    Listen http = setup.http();
    return Map.ofEntries(
        Map.entry("mintmark.https-listen", setup.https().setting()),
        Map.entry("mintmark.http-listen", http == null ? "" : http.toString()),
        Map.entry("mintmark.management-listen", setup.management().toString()),
        Map.entry("quarkus.log.console.json.enabled", Boolean.toString(setup.jsonLog())));
  }

  /**
   * The framework takes no OTEL_* variable for its own setting of the same meaning, and would send
   * to a collector on this machine where none is named.
   */
  private static Map<String, String> traces(Map<String, String> environment) {
    boolean traced =
        environment.containsKey("OTEL_EXPORTER_OTLP_ENDPOINT")
            && !Boolean.parseBoolean(environment.get("OTEL_SDK_DISABLED"));
    Map<String, String> settings = new HashMap<>();
    settings.put("quarkus.otel.sdk.disabled", Boolean.toString(!traced));
    for (String name : OTEL) {
      String value = environment.get(name);
      if (traced && value != null) {
        settings.put("quarkus." + name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
      }
    }
    return settings;
  }

  /** The sentence in a failure, out of what the framework has wrapped around it. */
  static StartupRefused sentence(Throwable failure, Path data) {
    Throwable root = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof StartupRefused refused) {
        return refused;
      }
      root = cause;
    }
    if (root instanceof IOException disk) {
      return new StartupRefused(
          "data folder \"" + data + "\" cannot be used: " + DataLock.reason(disk), failure);
    }
    String message = root.getMessage();
    return new StartupRefused(
        message == null ? "the broker cannot start: " + root.getClass().getSimpleName() : message,
        failure);
  }
}

package io.mintmark;

import io.smallrye.config.WithDefault;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Writes {@code docs/configuration.md} from the settings' own interface. */
final class SettingsPage {
  private static final String HEAD =
      """
      # Configuration

      This page is generated from `io.mintmark.Settings`; a test fails when the two differ. Write it anew with
      `./mvnw test -Dtest=SettingsPageTest -Dmintmark.docs.write=true`.

      Settings come from the environment or from system properties (`-Dmintmark.issuer=…`); the command line's `--dev`,
      `--data` and `--policy` win. A value that cannot be used, and a
      name in the environment that begins with `MINTMARK_` and is not here, stop the start with one sentence. What a workload may
      get is not set here: that is [policy](policy.md).

      Traces are sent where `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector, and nowhere else: a span an exchange with one for each
      of its stages, the decision id, the outcome and its reason, and no name, token or address. `OTEL_EXPORTER_OTLP_PROTOCOL` (`grpc`
      or `http/protobuf`), `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SDK_DISABLED` count too.

      """;

  private static final String TABLE =
      """
      | environment | property | what it does | default | example |
      |---|---|---|---|---|
      """;

  private static final String CLUSTER =
      """

      ## On Kubernetes

      All of it is off unless it is switched on here.

      """;

  private SettingsPage() {}

  record Row(String property, String text) {
    boolean isOfCluster() {
      return property.startsWith("mintmark.kubernetes.");
    }

    String line() {
      return text + "\n";
    }
  }

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    collect(Settings.class, "mintmark", rows);
    rows.sort(Comparator.comparing(Row::property));
    return rows;
  }

  static String page() {
    StringBuilder page = new StringBuilder(HEAD).append(TABLE);
    rows().stream().filter(row -> !row.isOfCluster()).forEach(row -> page.append(row.line()));
    page.append(CLUSTER).append(TABLE);
    rows().stream().filter(Row::isOfCluster).forEach(row -> page.append(row.line()));
    return page.toString();
  }

  private static void collect(Class<?> type, String prefix, List<Row> rows) {
    for (Method method : type.getMethods()) {
      String property = prefix + "." + kebab(method.getName());
      About about = method.getAnnotation(About.class);
      if (about != null) {
        rows.add(new Row(property, row(property, about, method.getAnnotation(WithDefault.class))));
      } else if (method.getReturnType().isInterface()) {
        collect(method.getReturnType(), property, rows);
      } else {
        throw new IllegalStateException(property + " has no @About");
      }
    }
  }

  private static String row(String property, About about, WithDefault value) {
    String otherwise =
        about.otherwise().isEmpty() && value != null
            ? "`" + value.value() + "`"
            : about.otherwise();
    if (otherwise.isEmpty()) {
      throw new IllegalStateException(property + " says nothing of its default");
    }
    return "| `%s` | `%s` | %s | %s | %s |"
        .formatted(
            property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'),
            property,
            about.value(),
            otherwise,
            about.example().isEmpty() ? "" : "`" + about.example() + "`");
  }

  private static String kebab(String name) {
    return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}

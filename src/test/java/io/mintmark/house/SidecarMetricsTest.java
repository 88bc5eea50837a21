package io.mintmark.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What operators watch of a sidecar is what it counts: no more and no less, and by those labels.
 */
final class SidecarMetricsTest {
  private static final Pattern REGISTERED = Pattern.compile("\\.(counter|timer|gauge)\\(");
  private static final Pattern CONSTANT = Pattern.compile("String ([A-Z]+) = \"([^\"]*)\";");
  private static final Pattern NAME =
      Pattern.compile("(?:([A-Z]+)(?: \\+ )?)?(?:\"([a-z.]*)\")?(?:,|$)");
  private static final Pattern LABEL = Pattern.compile(", \"([a-z]+)\", ");
  private static final Pattern WRITTEN =
      Pattern.compile("`(mintmark_sidecar_[a-z_]+)(?:\\{([a-z,]*)})?[^`]*`");

  @Test
  void everyMetricThatIsRegisteredIsWrittenOfWithItsLabels() throws IOException {
    Set<String> written = new TreeSet<>();
    for (String page : texts("docs/sidecar", ".md")) {
      WRITTEN
          .matcher(page)
          .results()
          .filter(metric -> metric.group(2) != null)
          .forEach(metric -> written.add(metric.group(1) + "{" + metric.group(2) + "}"));
    }
    assertThat(written).isEqualTo(registered());
  }

  @Test
  void noPageNamesAnotherMetric() throws IOException {
    Set<String> names = new TreeSet<>();
    registered().forEach(metric -> names.add(metric.substring(0, metric.indexOf('{'))));
    for (String page : texts("docs/sidecar", ".md")) {
      assertThat(WRITTEN.matcher(page).results().map(metric -> metric.group(1))).isSubsetOf(names);
    }
  }

  private static Set<String> registered() throws IOException {
    Set<String> registered = new TreeSet<>();
    for (String source : texts("src/main/java/io/mintmark/sidecar", ".java")) {
      Map<String, String> constants = new HashMap<>();
      CONSTANT.matcher(source).results().forEach(one -> constants.put(one.group(1), one.group(2)));
      REGISTERED
          .matcher(source)
          .results()
          .forEach(
              one -> registered.add(metric(one.group(1), within(source, one.end()), constants)));
    }
    registered.removeIf(each -> !each.startsWith("mintmark_")); // the timer that tasks wait on
    return registered;
  }

  /** The text up to the bracket that closes the one before it. */
  private static String within(String source, int from) {
    int open = 1;
    int end = from;
    for (; open > 0; end++) {
      open += source.charAt(end) == '(' ? 1 : source.charAt(end) == ')' ? -1 : 0;
    }
    return source.substring(from, end - 1).strip().replaceAll("\\s+", " ");
  }

  /** As Prometheus is told of it. */
  private static String metric(String kind, String arguments, Map<String, String> constants) {
    var name = NAME.matcher(arguments);
    if (!name.lookingAt()) {
      throw new AssertionError("cannot be read: " + arguments);
    }
    String dotted =
        (name.group(1) == null ? "" : constants.get(name.group(1)))
            + (name.group(2) == null ? "" : name.group(2));
    String end =
        switch (kind) {
          case "counter" -> "_total";
          case "timer" -> "_seconds";
          default -> "";
        };
    return dotted.replace('.', '_')
        + end
        + "{"
        + String.join(",", LABEL.matcher(arguments).results().map(label -> label.group(1)).toList())
        + "}";
  }

  private static Iterable<String> texts(String folder, String ending) throws IOException {
    Set<String> texts = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Path.of(folder))) {
      for (Path file : files.filter(each -> each.toString().endsWith(ending)).toList()) {
        texts.add(Files.readString(file));
      }
    }
    return texts;
  }
}

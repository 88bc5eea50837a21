package io.mintmark;

import io.mintmark.documents.Texts;
import java.lang.reflect.Method;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The names in the environment that mean something. Another one would be ignored, and with it a
 * limit, a certificate or a list of proxies that an operator believes in.
 */
final class SettingNames {
  private static final String PREFIX = "MINTMARK_";

  /** For the launcher, the client and the checks in {@code src/interop}. */
  private static final Set<String> OTHERS =
      Set.of("JAVA_OPTS", "BROKER", "CHECK_SECONDS", "CLASSPATH", "KEEP_WORK");

  /**
   * What Kubernetes and Docker set for a service whose name begins with "mintmark": its addresses.
   */
  private static final Pattern SERVICE =
      Pattern.compile(
          "([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_[A-Z]+)?)");

  private static final Pattern SERVICE_PORT = Pattern.compile("([A-Z0-9_]+_)?PORT");
  private static final Pattern SERVICE_URL = Pattern.compile("(tcp|udp|sctp)://.*");

  private SettingNames() {}

  /** Throws {@link StartupRefused} that names one that is not known. */
  static void check(Map<String, String> environment) {
    Set<String> known = known();
    for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
      String name = variable.getKey();
      if (!name.toUpperCase(Locale.ROOT).startsWith(PREFIX)) {
        continue;
      }
      String rest = name.substring(PREFIX.length());
      boolean means =
          name.startsWith(PREFIX)
              && (known.contains(rest)
                  || OTHERS.contains(rest)
                  || isService(rest, variable.getValue()));
      if (!means) {
        throw new StartupRefused(
            "\"%s\" is no setting%s (docs/configuration.md has them all)"
                .formatted(
                    Texts.printable(name),
                    Texts.nearest(rest, known)
                        .map(nearest -> ", did you mean " + PREFIX + nearest + "?")
                        .orElse("")));
      }
    }
  }

  private static boolean isService(String rest, String value) {
    return SERVICE.matcher(rest).matches()
        || (SERVICE_PORT.matcher(rest).matches() && SERVICE_URL.matcher(value).matches());
  }

  /** Without their prefix. */
  static Set<String> known() {
    Set<String> names = new TreeSet<>();
    collect(Settings.class, "", names);
    return names;
  }

  private static void collect(Class<?> type, String prefix, Set<String> names) {
    for (Method method : type.getMethods()) {
      String name = prefix + method.getName().replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
      if (method.isAnnotationPresent(About.class)) {
        names.add(name);
      } else {
        collect(method.getReturnType(), name + "_", names);
      }
    }
  }
}

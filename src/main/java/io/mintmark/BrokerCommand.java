package io.mintmark;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mintmark broker}. */
@Command(
    name = "broker",
    description = "Runs the broker until it is stopped.",
    footer = {
      "",
      "Example: mintmark broker --dev --data /tmp/mintmark",
      "All else is set by MINTMARK_* in the environment; see docs/configuration.md."
    })
final class BrokerCommand implements Callable<Integer> {
  @Option(
      names = "--dev",
      description = "Development: loopback only, throw-away authorities believed, a sample policy.")
  boolean dev;

  @Option(names = "--data", paramLabel = "DIR", description = "Data folder (MINTMARK_DATA).")
  @Nullable Path data;

  @Option(names = "--policy", paramLabel = "DIR", description = "Policy folder (MINTMARK_POLICY).")
  @Nullable Path policy;

  @Override
  public Integer call() {
    SettingNames.check(System.getenv());
    Map<String, String> given = new LinkedHashMap<>();
    if (dev) {
      given.put("mintmark.dev", "true");
    }
    if (data != null) {
      given.put("mintmark.data", data.toString());
    }
    if (policy != null) {
      given.put("mintmark.policy", policy.toString());
    }
    return Boot.run(given, Running.Serving.class);
  }
}

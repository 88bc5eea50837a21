package io.mintmark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mintmark health}: for images that have neither a shell nor curl. */
@Command(
    name = "health",
    description = "Asks a broker's management port whether it is ready.",
    footer = {
      "",
      "Examples:",
      "  mintmark health --wait 60 http://mintmark-management:9000",
      "  mintmark health --data /var/lib/mintmark/data"
    })
final class HealthCommand implements Callable<Integer> {
  private static final Duration PAUSE = Duration.ofMillis(500);

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "URL",
      description = "The management port (default: that of the broker running on --data).")
  @Nullable URI url;

  @Mixin LocalBroker local = new LocalBroker();

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = "How long to ask again until it is ready (default: not again).")
  int patience;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException, NoSuchAlgorithmException {
    if (patience < 0) {
      throw usage("--wait \"" + patience + "\" is no time");
    }
    if (url != null
        && (!String.valueOf(url.getScheme()).matches("https?") || url.getHost() == null)) {
      throw usage("\"" + Shown.text(url.toString()) + "\" is no URL such as http://127.0.0.1:9000");
    }
    long end = System.nanoTime() + Duration.ofSeconds(patience).toNanos();
    while (true) {
      String problem = problem();
      if (problem == null) {
        spec.commandLine().getOut().println("ready");
        return 0;
      }
      if (System.nanoTime() - end >= 0) {
        throw new IOException(problem);
      }
      Thread.sleep(PAUSE);
    }
  }

  /** Why it is not ready; null where it is. */
  private @Nullable String problem() throws InterruptedException, NoSuchAlgorithmException {
    try {
      URI management = management();
      try (BrokerClient client = new BrokerClient(management, SSLContext.getDefault())) {
        return down(client.get("/q/health/ready"));
      }
    } catch (BrokerClient.Refusal refused) {
      String down = down(refused.body());
      return down == null ? "the broker refused to say: status " + refused.status() : down;
    } catch (IOException away) {
      return away.getMessage();
    }
  }

  private ParameterException usage(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }

  private URI management() throws IOException {
    return url != null ? url : local.endpoint("management", "the URL or --data");
  }

  /** What is not up, by name; null where all is. */
  private static @Nullable String down(JsonNode health) {
    List<String> names = new ArrayList<>();
    for (JsonNode check : health.path("checks")) {
      if (!check.path("status").asText().equals("UP")) {
        names.add(Shown.text(check.path("name").asText()));
      }
    }
    return names.isEmpty() && health.path("status").asText().equals("UP")
        ? null
        : "the broker is not ready" + (names.isEmpty() ? "" : ": " + String.join(", ", names));
  }
}

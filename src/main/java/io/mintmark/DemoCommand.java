package io.mintmark;

import io.mintmark.cli.WorkFolder;
import io.quarkus.runtime.Application;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mintmark demo}: a broker of its own, and workloads that use it. */
@Command(
    name = "demo",
    description = "Shows proof becoming credentials, against a broker with throw-away keys.",
    footer = {"", "Example: mintmark demo --once"})
final class DemoCommand implements Callable<Integer> {
  @Option(names = "--once", description = "Stop when every step is done.")
  boolean once;

  @Option(names = "--json", description = "Print one JSON document.")
  boolean json;

  @Override
  public Integer call() throws IOException {
    Path data = WorkFolder.name(null, "mintmark-demo");
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  awaitStop();
                  WorkFolder.remove(data);
                }));
    WorkFolder.make(data);
    Map<String, String> given = new LinkedHashMap<>();
    given.put("mintmark.dev", "true");
    given.put("mintmark.data", data.toString());
    given.put("mintmark.https-listen", "127.0.0.1:0");
    given.put("mintmark.http-listen", "127.0.0.1:0");
    given.put("mintmark.management-listen", "127.0.0.1:0");
    // what it shows is on stdout; that keys were made is no news
    given.put("quarkus.log.category.\"io.mintmark\".level", "WARN");
    given.put("mintmark-demo.once", Boolean.toString(once));
    given.put("mintmark-demo.json", Boolean.toString(json));
    return Boot.run(given, Running.Demonstrating.class);
  }

  /** The framework stops the broker in a hook of its own, which the JVM runs beside this one. */
  private static void awaitStop() {
    Application broker = Application.currentApplication();
    if (broker != null) {
      broker.awaitShutdown();
    }
  }
}

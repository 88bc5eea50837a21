package io.mintmark;

import io.mintmark.cli.demo.Demo;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.InstantSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What is done while the listeners are open. */
final class Running {
  private Running() {}

  /** {@code mintmark broker}: says where it listens and serves until it is stopped. */
  @Singleton
  static class Serving implements QuarkusApplication {
    private final Service service;

    Serving(Service service) {
      this.service = service;
    }

    @Override
    public int run(String... arguments) throws IOException {
      service.announce();
      Quarkus.waitForExit();
      return 0;
    }
  }

  /** {@code mintmark demo}. */
  @Singleton
  static class Demonstrating implements QuarkusApplication {
    private final Service service;
    private final InstantSource clock;
    private final boolean once;
    private final boolean json;

    Demonstrating(
        Service service,
        InstantSource clock,
        @ConfigProperty(name = "mintmark-demo.once", defaultValue = "true") boolean once,
        @ConfigProperty(name = "mintmark-demo.json", defaultValue = "false") boolean json) {
      this.service = service;
      this.clock = clock;
      this.once = once;
      this.json = json;
    }

    @Override
    public int run(String... arguments) throws IOException {
      service.publishEndpoints();
      Setup setup = service.setup();
      boolean held =
          new Demo(setup.https().url("https"), setup.data(), service.serverRoots(), clock)
              .run(System.out, json);
      if (!once) {
        System.err.println(
            "the broker stays up at " + setup.https().url("https") + " until Ctrl-C");
        Quarkus.waitForExit();
      }
      return held ? 0 : 1;
    }
  }
}

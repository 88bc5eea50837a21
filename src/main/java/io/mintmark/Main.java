package io.mintmark;

import io.mintmark.cli.Mintmark;
import io.mintmark.cli.StandardOutput;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;

/**
 * The program. Only {@code broker} and {@code demo} start the framework; no other command touches
 * one class of it.
 */
@QuarkusMain
public final class Main {
  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String... arguments) {
    StandardOutput output = StandardOutput.take();
    int code =
        Mintmark.run(
            List.of(new DemoCommand(), new BrokerCommand(), new InjectorCommand()), arguments);
    System.exit(output.ended(code));
  }
}

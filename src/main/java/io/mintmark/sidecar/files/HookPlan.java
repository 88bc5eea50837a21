package io.mintmark.sidecar.files;

import io.mintmark.sidecar.process.UnixSignal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is done each time a file was written, and how long it may take. */
record HookPlan(Action action, Duration timeout) {
  sealed interface Action {
    /** As logs and metrics have it. */
    String kind();
  }

  /**
   * A signal to a process.
   *
   * @param user whose process it must be, by name or number; null for the sidecar's own user
   */
  record Signal(Path pidFile, UnixSignal signal, @Nullable String user) implements Action {
    @Override
    public String kind() {
      return "signal";
    }
  }

  /** A program, without a shell. */
  record Command(List<String> words) implements Action {
    Command {
      words = List.copyOf(words);
    }

    @Override
    public String kind() {
      return "command";
    }
  }

  /** A POST with an empty body. */
  record Http(URI url, boolean remote) implements Action {
    @Override
    public String kind() {
      return "http";
    }
  }
}

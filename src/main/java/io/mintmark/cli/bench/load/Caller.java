package io.mintmark.cli.bench.load;

import org.jspecify.annotations.Nullable;

/** One place of a load: at most one request is under way at it. All of it runs on one thread. */
public interface Caller {
  /** Sends the next request, and says once, later, how it ended. */
  void ask(Ended ended);

  /** Ends its connection. */
  void close();

  /** How a request ended. */
  @FunctionalInterface
  interface Ended {
    /** {@code failure} is null for the answer that was asked for. */
    void with(@Nullable String failure);
  }
}

package io.mintmark.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a projection told, to wait for. */
final class Seen implements ProjectionListener {
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

  @Override
  public void projected(int records) {
    events.add("projected");
  }

  @Override
  public void failed(String problem) {
    events.add("failed: " + problem);
  }

  @Override
  public void recovered() {
    events.add("recovered");
  }

  /** Waits for the next event that begins so. */
  String await(String beginning) throws InterruptedException {
    while (true) {
      String event = events.poll(60, TimeUnit.SECONDS);
      assertThat(event).as("an event \"%s\"", beginning).isNotNull();
      if (event.startsWith(beginning)) {
        return event;
      }
    }
  }

  /** Waits until the store has all records of the ledger. */
  void awaitAll(Projection projection) throws InterruptedException {
    while (projection.lag() > 0) {
      await("projected");
    }
  }
}

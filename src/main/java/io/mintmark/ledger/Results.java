package io.mintmark.ledger;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** What another thread read. */
final class Results {
  private Results() {}

  /**
   * @throws IOException also where the waiting was interrupted
   */
  static <T> T of(Future<T> reading) throws IOException {
    try {
      return reading.get();
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", hurry);
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof IOException io ? io : new IOException(failed.getCause());
    }
  }
}

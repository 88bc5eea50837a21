package io.mintmark.ledger;

/** Keeps what a listener throws away from the threads of the journal. */
record CarefulListener(LedgerListener listener) implements LedgerListener {
  @Override
  public void synced(int records, long nanos) {
    careful(() -> listener.synced(records, nanos));
  }

  @Override
  public void stopped(String problem) {
    careful(() -> listener.stopped(problem));
  }

  @Override
  public void packingFailed() {
    careful(listener::packingFailed);
  }

  @Override
  public void unpacked(String problem) {
    careful(() -> listener.unpacked(problem));
  }

  @Override
  public void recovered() {
    careful(listener::recovered);
  }

  private static void careful(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException theirs) {
      // a metric that fails must not stop the ledger
    }
  }
}

package io.mintmark;

import io.mintmark.keys.KeyEvent;
import io.mintmark.ledger.Ledger;
import io.mintmark.ledger.LedgerRecord;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/** Puts on the record what happens to the broker itself: starts, and every change of its keys. */
record Chronicle(Ledger ledger, InstantSource clock, RandomGenerator random) {
  private static final Logger LOG = Logger.getLogger(Chronicle.class);

  void started(String policyVersion) {
    append("started", "the broker started", policyVersion);
  }

  void keysChanged(List<KeyEvent> events) {
    for (KeyEvent event : events) {
      LOG.info(event);
      append("admin", event.toString(), null);
    }
  }

  private void append(
      String outcome, String detail, @org.jspecify.annotations.Nullable String policyVersion) {
    byte[] id = new byte[12];
    random.nextBytes(id);
    Instant now = clock.instant();
    ledger
        .append(
            new LedgerRecord(
                now,
                outcome,
                null,
                detail,
                HexFormat.of().formatHex(id),
                null,
                null,
                null,
                null,
                List.of(),
                null,
                null,
                null,
                List.of(),
                policyVersion,
                List.of(),
                null,
                null,
                null))
        .whenComplete(
            (sequence, failure) -> {
              if (failure != null) {
                LOG.errorf("not on the record: %s (%s)", detail, failure.getMessage());
              }
            });
  }
}

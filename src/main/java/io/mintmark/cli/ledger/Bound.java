package io.mintmark.cli.ledger;

import io.mintmark.ledger.LedgerEntry;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * A place in the ledger, by seq or by time.
 *
 * @param seq 0 where {@code time} says it
 */
record Bound(long seq, @Nullable Instant time) {
  /** Null where the option is not given. */
  static @Nullable Bound parse(CommandSpec command, String option, @Nullable String value) {
    if (value == null) {
      return null;
    }
    try {
      if (value.matches("[0-9]{1,18}")) {
        return new Bound(Long.parseLong(value), null);
      }
      return new Bound(
          0,
          value.length() == 10
              ? LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant()
              : Instant.parse(value));
    } catch (DateTimeException malformed) {
      throw new ParameterException(
          command.commandLine(),
          option + " is a seq, a day or a time such as 2026-11-22T12:00:00Z");
    }
  }

  /** Whether the record comes before this place. */
  boolean isAfter(LedgerEntry entry) {
    return time == null ? entry.seq() < seq : entry.record().time().isBefore(time);
  }
}

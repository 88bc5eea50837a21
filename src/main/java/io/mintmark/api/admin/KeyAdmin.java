package io.mintmark.api.admin;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Port: the key ring as operators see and turn it. Calls may wait for the disk. */
public interface KeyAdmin {
  /**
   * One key, without its private half.
   *
   * @param notAfter null where it has no end yet
   */
  record Line(
      String use,
      String id,
      String algorithm,
      String state,
      Instant notBefore,
      @Nullable Instant notAfter,
      long ageSeconds) {}

  /** What an operator asks for; words as they came. */
  record Command(
      String action, String use, @Nullable String id, @Nullable String algorithm, boolean force) {}

  /** How it ended. */
  sealed interface Result {}

  /** It is done and durable. */
  record Done(Line key) implements Result {}

  /** It was not done; the message says why and what to do. */
  record Refused(String message) implements Result {}

  List<Line> keys();

  /**
   * Runs a command of this call. What it changes is recorded before it is changed; what it refuses
   * is not.
   *
   * @throws Unrecorded where the change cannot be recorded, and so was not made
   * @throws IOException where the keys cannot be kept; that is recorded already
   */
  Result run(Command command, Act act) throws IOException;
}

package io.mintmark.cli;

import io.mintmark.sidecar.process.Program;
import io.mintmark.sidecar.process.UnixSignal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The signals that are meant for the program: kept until it runs, then passed on. QUIT is not among
 * them, since the JVM takes it for itself and shows its threads.
 */
final class PassedSignals {
  private static final Set<UnixSignal> STOPPING =
      EnumSet.of(UnixSignal.TERM, UnixSignal.INT, UnixSignal.HUP);

  /** What servers take as orders: new logs, other workers, a graceful end. */
  private static final Set<UnixSignal> ORDERS =
      EnumSet.of(
          UnixSignal.USR1, UnixSignal.USR2, UnixSignal.WINCH, UnixSignal.TTIN, UnixSignal.TTOU);

  /** What a terminal sends to all in its foreground. */
  private static final Set<UnixSignal> OF_TERMINALS = EnumSet.of(UnixSignal.INT, UnixSignal.WINCH);

  private final List<UnixSignal> early = new ArrayList<>();
  private @Nullable Program program;
  private boolean stopped;

  private PassedSignals() {}

  static PassedSignals listen() {
    PassedSignals signals = new PassedSignals();
    STOPPING.forEach(signal -> Signals.on(signal.name(), () -> signals.came(signal)));
    ORDERS.forEach(signal -> Signals.on(signal.name(), () -> signals.came(signal)));
    return signals;
  }

  /** The signal that ended the wait; null where none did. What means no end is not kept. */
  synchronized @Nullable UnixSignal stop() {
    return early.stream().filter(STOPPING::contains).findFirst().orElse(null);
  }

  boolean stopWanted() {
    return stop() != null;
  }

  /** Whether we were told to stop, before the program ran or after. */
  synchronized boolean stopped() {
    return stopped;
  }

  synchronized void passTo(Program started) {
    program = started;
    early.forEach(started::pass);
  }

  private synchronized void came(UnixSignal signal) {
    stopped |= signal == UnixSignal.TERM || signal == UnixSignal.INT;
    if (program == null) {
      keep(signal);
    } else if (!OF_TERMINALS.contains(signal) || !fromTerminal()) {
      program.pass(signal);
    }
  }

  /** Each once: who sends many does not fill the memory. */
  private synchronized void keep(UnixSignal signal) {
    if (!early.contains(signal)) {
      early.add(signal);
    }
  }

  /**
   * Whether we are in the foreground of a terminal, which then sends the interrupt of its keyboard
   * and the change of its size to the program itself too: the fifth and eighth field of
   * proc_pid_stat(5).
   */
  private static boolean fromTerminal() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"), StandardCharsets.ISO_8859_1);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return fields[2].equals(fields[5]);
    } catch (IOException unknown) {
      return false;
    }
  }
}

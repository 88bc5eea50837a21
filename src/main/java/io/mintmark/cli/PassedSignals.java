package io.mintmark.cli;

import io.mintmark.sidecar.process.Program;
import io.mintmark.sidecar.process.UnixSignal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The signals that are meant for the program: kept until it runs, then passed on. */
final class PassedSignals {
  private static final List<UnixSignal> PASSED =
      List.of(UnixSignal.TERM, UnixSignal.INT, UnixSignal.HUP, UnixSignal.USR1, UnixSignal.USR2);

  private final List<UnixSignal> early = new ArrayList<>();
  private @Nullable Program program;

  private PassedSignals() {}

  static PassedSignals listen() {
    PassedSignals signals = new PassedSignals();
    PASSED.forEach(signal -> Signals.on(signal.name(), () -> signals.came(signal)));
    return signals;
  }

  /** The signal that ended the wait; null where none did. What means no end is not kept. */
  synchronized @Nullable UnixSignal stop() {
    return early.stream()
        .filter(signal -> signal != UnixSignal.USR1 && signal != UnixSignal.USR2)
        .findFirst()
        .orElse(null);
  }

  boolean stopWanted() {
    return stop() != null;
  }

  synchronized void passTo(Program started) {
    program = started;
    early.forEach(started::pass);
  }

  private synchronized void came(UnixSignal signal) {
    if (program == null) {
      keep(signal);
    } else if (signal != UnixSignal.INT || !fromTerminal()) {
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
   * to the program itself too: the fifth and eighth field of proc_pid_stat(5).
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

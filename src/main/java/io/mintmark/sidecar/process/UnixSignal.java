package io.mintmark.sidecar.process;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Signals that can be sent to a process. The JDK sends no others than TERM and KILL, so libc's
 * {@code kill} is called.
 */
public enum UnixSignal {
  HUP,
  INT,
  QUIT,
  KILL,
  USR1,
  USR2,
  TERM,
  TTIN,
  TTOU,
  WINCH;

  private static final boolean LINUX = System.getProperty("os.name", "").startsWith("Linux");

  /** Its number on this system. */
  public int number() {
    return switch (this) {
      case HUP -> 1;
      case INT -> 2;
      case QUIT -> 3;
      case KILL -> 9;
      case USR1 -> LINUX ? 10 : 30;
      case USR2 -> LINUX ? 12 : 31;
      case TERM -> 15;
      case TTIN -> 21;
      case TTOU -> 22;
      case WINCH -> 28;
    };
  }

  /**
   * Sends it to one process.
   *
   * @throws IOException where there is no such process or it may not be signalled
   */
  public void send(long pid) throws IOException {
    // kill(2): zero, one and negative numbers mean groups, init and everybody
    if (pid <= 1 || pid > Integer.MAX_VALUE) {
      throw new IOException("process " + pid + " cannot be signalled");
    }
    int result;
    try {
      result = (int) Kill.CALL.invokeExact((int) pid, number());
    } catch (Throwable bug) {
      throw new IllegalStateException("kill cannot be called", bug);
    }
    if (result != 0) {
      throw new IOException("process " + pid + " is gone or may not be signalled");
    }
  }

  /** Loaded when the first signal is sent. */
  @SuppressWarnings("restricted") // a call of libc
  private static final class Kill {
    static final MethodHandle CALL =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("kill"),
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  }
}

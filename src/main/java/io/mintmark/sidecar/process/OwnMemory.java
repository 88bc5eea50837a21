package io.mintmark.sidecar.process;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;

/** Who may look into this process. */
public final class OwnMemory {
  private static final System.Logger LOG = System.getLogger(OwnMemory.class.getName());
  private static final int SET_DUMPABLE = 4;

  private OwnMemory() {}

  /**
   * Keeps memory and environment from other processes of the same user, above all from a program
   * that this one starts, and from core dumps: PR_SET_DUMPABLE of prctl(2). Root still sees all.
   * Does nothing where there is no Linux.
   */
  @SuppressWarnings("restricted") // a call of libc
  public static void hide() {
    try {
      Linker linker = Linker.nativeLinker();
      MethodHandle prctl =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("prctl"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG),
              Linker.Option.firstVariadicArg(1));
      if ((int) prctl.invokeExact(SET_DUMPABLE, 0L) == 0) {
        return;
      }
      LOG.log(System.Logger.Level.WARNING, "processes of the same user can read this one's memory");
    } catch (NoSuchElementException notLinux) {
      LOG.log(System.Logger.Level.DEBUG, "there is no prctl", notLinux);
    } catch (Throwable failed) { // what a method handle may throw
      LOG.log(System.Logger.Level.WARNING, "this process's memory is not hidden", failed);
    }
  }
}

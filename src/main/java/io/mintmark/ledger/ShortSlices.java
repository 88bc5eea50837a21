package io.mintmark.ledger;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * Has Linux run the thread that writes in short slices of time. It computes little and mostly waits
 * for the disk, and all exchanges wait for it: with slices as long as everyone's it stands behind
 * threads that compute for up to some milliseconds after each sync, which itself takes a fraction
 * of one. Whoever asks for short slices gets a processor sooner and no more of it, so this needs no
 * privilege (sched_setattr(2), Linux 6.12 and later; an earlier kernel takes the wish and ignores
 * it). Where it cannot be asked for, nothing changes.
 */
final class ShortSlices {
  /** The shortest that the kernel takes. */
  private static final long SLICE_NANOS = 100_000;

  /** Of {@code struct sched_attr}: its first version, and where the slice lies in it. */
  private static final int SIZE = 48;

  private static final int SLICE = 24;

  private volatile @Nullable MethodHandle syscall;

  /** Prepares the call, on another thread: linking it takes longer than a record may wait. */
  @SuppressWarnings("restricted") // a call of libc
  void load() {
    if (setattr() == 0) {
      return;
    }
    try {
      Linker linker = Linker.nativeLinker();
      syscall =
          linker
              .defaultLookup()
              .find("syscall")
              .map(
                  function ->
                      linker.downcallHandle(
                          function,
                          FunctionDescriptor.of(
                              ValueLayout.JAVA_LONG,
                              ValueLayout.JAVA_LONG,
                              ValueLayout.JAVA_LONG,
                              ValueLayout.ADDRESS,
                              ValueLayout.JAVA_LONG,
                              ValueLayout.JAVA_LONG),
                          Linker.Option.firstVariadicArg(1)))
              .orElse(null);
    } catch (IllegalCallerException denied) {
      // without native access, as where it was not enabled
      syscall = null;
    }
  }

  /**
   * Asks for the calling thread, once the call is prepared, and keeps all else as it is.
   *
   * @return whether the kernel took it
   */
  boolean ask() {
    MethodHandle call = syscall;
    if (call == null) {
      return false;
    }
    syscall = null;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(SIZE, Long.BYTES);
      long get = setattr() + 1;
      if ((long) call.invokeExact(get, 0L, attributes, (long) SIZE, 0L) != 0) {
        return false;
      }
      attributes.set(ValueLayout.JAVA_LONG, SLICE, SLICE_NANOS);
      return (long) call.invokeExact(setattr(), 0L, attributes, 0L, 0L) == 0;
    } catch (Throwable refused) { // what a method handle may throw; nothing depends on it
      return false;
    }
  }

  /** The number of the call sched_setattr, whose next is that of sched_getattr; 0 elsewhere. */
  private static long setattr() {
    return switch (System.getProperty("os.name") + " " + System.getProperty("os.arch")) {
      case "Linux amd64" -> 314;
      case "Linux aarch64" -> 274;
      default -> 0;
    };
  }
}

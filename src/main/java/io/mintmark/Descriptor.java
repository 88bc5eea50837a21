package io.mintmark;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.channels.ServerSocketChannel;

/** A file descriptor of this process that was open when it began; of Linux alone. */
record Descriptor(int number) {
  private static final int STANDARD_INPUT = 0;
  private static final int SOL_SOCKET = 1;
  private static final int SO_ACCEPTCONN = 30;
  private static final int SO_PROTOCOL = 38;
  private static final int IPPROTO_TCP = 6;

  /** Whether it is a TCP socket that listens; the JDK takes any socket of streams for one. */
  boolean listens() {
    return option(SO_ACCEPTCONN) == 1 && option(SO_PROTOCOL) == IPPROTO_TCP;
  }

  /**
   * The socket that it is, if it {@link #listens}. The JDK makes one of standard input alone, so
   * this becomes the standard input, of which a broker reads nothing. A process that the broker
   * started must not inherit it; it starts none.
   */
  ServerSocketChannel channel() throws IOException {
    if (duplicate(STANDARD_INPUT)
        && System.inheritedChannel() instanceof ServerSocketChannel socket) {
      return socket;
    }
    throw new IOException("descriptor " + number + " cannot be taken");
  }

  /** An option of a socket, getsockopt(2); negative where it is none. */
  private int option(int option) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
      MemorySegment size = arena.allocateFrom(ValueLayout.JAVA_INT, Integer.BYTES);
      int failed = (int) Libc.GETSOCKOPT.invokeExact(number, SOL_SOCKET, option, value, size);
      return failed == 0 ? value.get(ValueLayout.JAVA_INT, 0) : -1;
    } catch (Throwable bug) { // what a method handle may throw
      throw new IllegalStateException("getsockopt cannot be called", bug);
    }
  }

  private boolean duplicate(int other) {
    try {
      return (int) Libc.DUP2.invokeExact(number, other) == other;
    } catch (Throwable bug) {
      throw new IllegalStateException("dup2 cannot be called", bug);
    }
  }

  /** Loaded when it is first called. */
  @SuppressWarnings("restricted") // calls of libc
  private static final class Libc {
    static final MethodHandle GETSOCKOPT =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("getsockopt"),
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS));
    static final MethodHandle DUP2 =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("dup2"),
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  }
}

package io.mintmark.sidecar.process;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The memory of this process that is a copy of a file: code of libraries, and the cache of classes.
 * Most of it is read once, at the start. Given back, it is read from the file again where it is
 * needed after all.
 */
public final class Footprint {
  private static final Path MAPPINGS = Path.of("/proc/self/smaps");

  /** {@code MADV_DONTNEED} of Linux. */
  private static final int DONT_NEED = 4;

  /** {@code MADV_NOHUGEPAGE}: or the next look at one byte brings two mebibytes back. */
  private static final int NO_HUGE_PAGE = 15;

  private Footprint() {}

  /**
   * Gives back what can be read again.
   *
   * @return how many bytes were asked to be given back; 0 where this system has no such call
   */
  public static long giveBack() {
    try {
      long given = 0;
      for (Mapping mapping : read(Files.readAllLines(MAPPINGS))) {
        advise(mapping, NO_HUGE_PAGE);
        given += advise(mapping, DONT_NEED);
      }
      return given;
    } catch (IOException | RuntimeException | LinkageError notLinux) {
      return 0;
    }
  }

  private static long advise(Mapping mapping, int advice) {
    try {
      MemorySegment from = MemorySegment.ofAddress(mapping.from());
      return (int) Advise.CALL.invokeExact(from, mapping.length(), advice) == 0
          ? mapping.length()
          : 0;
    } catch (Throwable bug) { // what a method handle may throw
      throw new IllegalStateException("madvise cannot be called", bug);
    }
  }

  /** A part of the address space. */
  record Mapping(long from, long length) {}

  /**
   * The mappings of {@code smaps} (proc_pid_smaps(5)) that are files, cannot be written and have no
   * page of their own: a library's relocated pages are read-only by now, and would be lost.
   */
  static List<Mapping> read(List<String> smaps) {
    List<Mapping> found = new ArrayList<>();
    Mapping mapping = null;
    for (String line : smaps) {
      int space = line.indexOf(' ');
      if (space > 0 && line.charAt(space - 1) != ':') {
        mapping = header(line);
      } else if ((line.startsWith("Anonymous:") || line.startsWith("Swap:")) && !none(line)) {
        mapping = null;
      } else if (line.startsWith("VmFlags:") && mapping != null) {
        found.add(mapping);
      }
    }
    return found;
  }

  private static boolean none(String line) {
    return line.substring(line.indexOf(':') + 1).strip().equals("0 kB");
  }

  /** Null where it may be written, or is no file. */
  private static @Nullable Mapping header(String line) {
    String[] fields = line.split(" +", 6);
    boolean file = fields.length == 6 && fields[5].startsWith("/");
    if (!file || !fields[1].startsWith("r") || fields[1].charAt(1) != '-') {
      return null;
    }
    int dash = fields[0].indexOf('-');
    long from = Long.parseUnsignedLong(fields[0], 0, dash, 16);
    long to = Long.parseUnsignedLong(fields[0], dash + 1, fields[0].length(), 16);
    return new Mapping(from, to - from);
  }

  /** Loaded when it is first called. */
  @SuppressWarnings("restricted") // a call of libc
  private static final class Advise {
    static final MethodHandle CALL =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("madvise"),
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT));
  }
}

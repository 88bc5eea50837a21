package io.mintmark.house;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * What work takes of the heap, in bytes of this thread: a measure of cost that no other process and
 * no slow machine changes.
 */
public final class Allocation {
  /** What a fuzzer's input of no bytes may take. */
  private static final long FREE = 4 << 20;

  /** What each byte of it may take beyond that. */
  private static final long EACH = 400;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocation() {}

  /** Work that may fail as the tests of a parser do. */
  public interface Work {
    void run() throws Exception;
  }

  /** What it takes, in bytes. */
  public static long of(Work work) throws Exception {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    work.run();
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  /**
   * Runs it, and fails where it takes far more than {@code input} bytes can be worth. What was
   * loaded for the first time is not counted: it must take too much again.
   */
  public static void bounded(int input, Work work) throws Exception {
    long most = FREE + EACH * input;
    if (of(work) > most) {
      long again = of(work);
      if (again > most) {
        throw new AssertionError(input + " bytes of input took " + again + " of memory");
      }
    }
  }
}
